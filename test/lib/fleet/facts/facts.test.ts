import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FactsQuery } from '../../../../src/lib/fleet/facts/facts.ts';
import { parseFacts } from '../../../../src/lib/fleet/facts/parse.ts';
import { factsScript } from '../../../../src/lib/fleet/facts/script.ts';
import { bash } from '../../common/shell/bash.ts';
import { withVariables } from '../../common/shell/variables.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const QUERY: FactsQuery = {
  services: [
    {
      name: 'hello',
      unit: 'unde-hello.service',
      port: 9,
      health: { path: '/health', ready: '/ready', startSeconds: 8, stableSeconds: 2 },
    },
  ],
  files: [],
  packages: [],
  releases: [{ service: 'hello', digest: B, blobs: [A, `${B}x`] }],
  ledgerLines: 5,
  sampleCpu: false,
  probeHealth: false,
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'unde-facts-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Runs the real script against a folder that stands for the host's. */
function facts(query: FactsQuery = QUERY) {
  const state = path.join(root, 'state');
  const script = withVariables(factsScript(query), {
    root: state,
    paused: path.join(state, 'paused'),
    drained: path.join(state, 'drained'),
    flags_folder: path.join(state, 'flags'),
    owed: path.join(state, 'flags/owed'),
    locks: path.join(root, 'run/locks'),
    ledger_file: path.join(state, 'ledger.jsonl'),
    release_folders: query.releases.map(({ service, digest }) =>
      path.join(state, 'releases', service, digest),
    ),
  });
  const { stdout } = bash(script);
  return parseFacts(query, stdout);
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

describe('the facts of a host', () => {
  it('that the tool never touched: nothing of ours, everything missing', () => {
    const found = facts();
    expect(found.services[0]).toMatchObject({ digest: undefined, generation: undefined, releases: [] });
    expect(found.missingBlobs).toEqual([A, `${B}x`]);
    expect(found.otherServices).toEqual([]);
    expect(found.host.cpus).toBeGreaterThan(0);
    expect(found.host.memoryTotalBytes).toBeGreaterThan(1e6);
    expect(found.host.diskTotalBytes).toBeGreaterThan(1e6);
  });

  it('with a service: its release, what it ran, what is bad, and who left it unconfirmed', () => {
    const service = 'state/services/hello';
    write(`${service}/generation`, 'g2\n');
    write(`${service}/generations/g1/digest`, `${A}\n`);
    write(`${service}/generations/g2/digest`, `${B}\n`);
    write(`${service}/confirmed`, `g0 ${A}\ng1 ${A}\n`);
    write(`${service}/bad/${A}`, 'why');
    write(`state/releases/hello/${B}/main.js`, '');
    const due = Math.round(Date.now() / 1000) + 100;
    write(`${service}/pending`, `20260301-120000-ab12\ng2\n${B}\n${due}\nanna o'hara@desk\n`);
    symlinkSync(`/x/${B}`, path.join(root, service, 'current'));
    write(`state/store/${A.slice(0, 2)}/${A}`, '');
    write('state/services/stranger/generation', 'x');
    const found = facts();
    expect(found.services[0]).toMatchObject({
      digest: B,
      generation: 'g2',
      // A generation whose files are gone is nothing to go back to.
      confirmed: [{ generation: 'g1', digest: A }],
      bad: [A],
      releases: [B],
      pending: { id: '20260301-120000-ab12', by: "anna o'hara@desk", digest: B },
    });
    expect(found.services[0]?.pending?.returnsIn).toBeGreaterThan(90);
    expect(found.otherServices).toEqual(['stranger']);
    // The release is there, so its blobs are not asked for.
    expect(found.missingBlobs).toEqual([]);
    // Once the gate has passed, only the confirmation is awaited.
    write('state/deploys/20260301-120000-ab12-hello/due', `${due - 90}\n`);
    expect(facts().services[0]?.pending?.returnsIn).toBeLessThan(15);
  });

  it('with flags: the files of services that read some, and what is remembered for other hosts', () => {
    write('state/flags/hello.json', '{"version":"v1"}\n');
    write('state/flags/other.json', '{}');
    write('state/flags/owed/v1.push.hello.json', '{"host":"push"}\n');
    expect(facts()).toMatchObject({ services: [{ flags: undefined }], flagNotes: [] });
    const services = QUERY.services.map((service) => ({ ...service, flags: true }));
    const found = facts({ ...QUERY, services });
    expect(found.services[0]?.flags?.trim()).toBe('{"version":"v1"}');
    expect(found.flagNotes).toEqual([{ name: 'v1.push.hello.json', text: '{"host":"push"} ' }]);
  });

  it('cannot be forged by what a file or a name on the host holds', () => {
    write('state/services/hello/generation', `g\nmissing\t${'f'.repeat(64)}\nend`);
    write('state/services/hello/bad/x\npackage\tevil\t1', '');
    write('state/ledger.jsonl', '{"id":"1"}\n{"half\n');
    const found = facts();
    expect(found.packages).toEqual({});
    expect(found.missingBlobs).toEqual([A, `${B}x`]);
    expect(found.ledger).toEqual(['{"id":"1"}', '{"half']);
  });

  it('names who holds the port, unless it is the service itself', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as net.AddressInfo;
    const [service] = QUERY.services;
    if (service === undefined) throw new Error('no service');
    const found = facts({ ...QUERY, services: [{ ...service, port }] });
    expect(found.services[0]?.portHolder).toContain(`pid ${process.pid})`);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('parseFacts', () => {
  const HOST = 'host\th\tDebian\t6.1\tx86_64\tboot\t100\t5\t2\t0.1\t1\t1\t1\t1\n';

  it.each(['', 'Last login: today\n', HOST, `${HOST}service\thello\t${A}`, 'end\n', '\0\0\n\t\t\n'])(
    'refuses an answer that is not whole: %j',
    (output) => {
      expect(() => parseFacts(QUERY, output)).toThrow(expect.objectContaining({ code: 'FACTS_INCOMPLETE' }));
    },
  );

  it('passes over what a login shell prints besides', () => {
    expect(parseFacts(QUERY, `Welcome!\n${HOST}end\n`).host.hostname).toBe('h');
  });

  it.each([
    ['12\tnginx\t0::/system.slice/nginx.service', 'unit nginx.service (nginx, pid 12)'],
    [`12\tpython\t0::/system.slice/docker-${A}.scope`, 'Docker container aaaaaaaaaaaa (python, pid 12)'],
    [`12\tpython\t0::/docker/${B}`, 'Docker container bbbbbbbbbbbb (python, pid 12)'],
    ['12\tdocker-proxy\t0::/system.slice/docker.service', "a Docker container's published port"],
    ['12\tbash\t0::/user.slice', 'process (bash, pid 12)'],
  ])('tells the owner of a port from its control group: %s', (holder, name) => {
    expect(parseFacts(QUERY, `${HOST}holder\thello\t${holder}\nend\n`).services[0]?.portHolder).toContain(
      name,
    );
  });

  it('does not take the service for a stranger on its own port', () => {
    const holder = 'holder\thello\t12\tnode\t0::/system.slice/unde-hello.service';
    expect(parseFacts(QUERY, `${HOST}${holder}\nend\n`).services[0]?.portHolder).toBeUndefined();
  });
});
