import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  flagScript,
  KEPT_VERSIONS,
  type FlagQuery,
} from '../../../../src/lib/operations/flags/host-script.ts';
import { untimedLedgerLine } from '../../../../src/lib/fleet/ledger/writer.ts';
import { HOSTILE, syntaxErrors } from '../../common/shell/bash.ts';
import { withVariables } from '../../common/shell/variables.ts';

const v = (n: number) => `20261121-1513${String(n).padStart(2, '0')}000-ab12`;
const text = (n: number, why = '') => JSON.stringify({ version: v(n), why, values: { GLOW: 'dim' } });

let root: string;
let server: Server;
let port: number;
let health: () => object;
let scripts: ChildProcess[];

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'unde-flags-'));
  await mkdir(path.join(root, 'lib/services/lantern/current'), { recursive: true });
  health = () => ({ service: 'lantern', flags: { version: version() }, pid: 7 });
  server = createServer((_request, response) => response.end(JSON.stringify(health())));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  scripts = [];
});
afterEach(async () => {
  for (const script of scripts) script.kill('SIGKILL');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(root, { recursive: true });
});

/** The version of the host's file, which a process follows. */
function version(): string {
  const file = path.join(root, 'lib/flags/lantern.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : '0';
}

interface Script {
  readonly child: ChildProcess;
  say(...lines: string[]): void;
  /** The records of the next answer. */
  answer(): Promise<string[][]>;
  readonly exit: Promise<number | null>;
}

function run(query: Partial<FlagQuery> = {}): Script {
  const script = withVariables(
    flagScript({
      services: [{ name: 'lantern', port, health: '/health' }],
      lock: false,
      previous: 0,
      probe: false,
      ...query,
    }),
    {
      home: new Map([['lantern', path.join(root, 'lib/services/lantern')]]),
      ledger_file: path.join(root, 'lib/ledger.jsonl'),
      service_state: path.join(root, 'lib-'),
      flags: path.join(root, 'lib/flags'),
      run: path.join(root, 'run'),
    },
  );
  const child = spawn('bash', ['-c', `umask 077\n${script}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  scripts.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    say: (...said) => void child.stdin.write(said.map((line) => `${line}\n`).join('')),
    answer: async () => {
      const records: string[][] = [];
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) throw new Error('the script ended');
        const fields = value.split('\t');
        if (fields[0] === 'end') return records;
        records.push(fields);
      }
    },
    exit: new Promise((resolve) => child.once('close', resolve)),
  };
}

const kinds = (records: string[][]) => records.map(([kind]) => kind);
const flagFile = () => readFile(path.join(root, 'lib/flags/lantern.json'), 'utf8');
const ledger = (reason: string) =>
  untimedLedgerLine({
    id: v(1),
    who: 'kim@ops',
    action: 'flags',
    service: 'lantern',
    digest: '',
    from: '',
    result: 'ok',
    seconds: 0,
    reason,
  });

describe('flagScript', () => {
  it('is sound, whatever a service is called', () => {
    const services = [{ name: HOSTILE, port: 1, health: HOSTILE }];
    expect(syntaxErrors(flagScript({ services, lock: true, previous: 5, probe: true }))).toBe('');
  });

  it('tells of a host on which nobody ever set a flag', async () => {
    const script = run();
    expect(await script.answer()).toEqual([['deployed', 'lantern']]);
    script.say('bye');
    expect(await script.exit).toBe(0);
  });

  it('writes, and tells when the process runs it', async () => {
    const script = run({ lock: true });
    expect(kinds(await script.answer())).toEqual(['deployed', 'held']);
    script.say(
      `file lantern ${text(1)}`,
      `ledger lantern ${ledger(`because "of" this & ${HOSTILE}`)}`,
      'commit 5',
    );
    const answer = await script.answer();
    expect(answer[0]).toEqual(['written']);
    expect(answer[1]?.slice(0, 2)).toEqual(['runs', 'lantern']);
    expect(Number(answer[1]?.[2])).toBeGreaterThanOrEqual(0);
    expect(JSON.parse(answer[1]?.[3] ?? '')).toMatchObject({ flags: { version: v(1) }, pid: 7 });
    expect(await flagFile()).toBe(`${text(1)}\n`);
    const entry = JSON.parse(await readFile(path.join(root, 'lib/ledger.jsonl'), 'utf8')) as { at: number };
    expect(entry).toMatchObject({ id: v(1), action: 'flags', reason: `because "of" this & ${HOSTILE}` });
    expect(Math.abs(entry.at - Date.now() / 1000)).toBeLessThan(30);
  });

  it('makes what it writes readable for services, whatever the login has for a umask', async () => {
    const script = run({ lock: true });
    await script.answer();
    script.say(`file lantern ${text(1)}`, `note ${v(1)}.push.lantern.json {}`, 'commit 5');
    await script.answer();
    const mode = async (name: string) => (await stat(path.join(root, 'lib', name))).mode & 0o777;
    expect([await mode('flags'), await mode('flags/lantern.json'), await mode('flags/owed')]).toEqual([
      0o755, 0o644, 0o755,
    ]);
  });

  it('replaces a file rather than writing into it: whoever reads it has the old one or the new one', async () => {
    await mkdir(path.join(root, 'lib/flags'), { recursive: true });
    await writeFile(path.join(root, 'lib/flags/lantern.json'), text(1));
    const reader = await open(path.join(root, 'lib/flags/lantern.json'), 'r');
    const script = run({ lock: true });
    await script.answer();
    script.say(`file lantern ${text(2)}`, 'commit 5');
    await script.answer();
    expect(await reader.readFile('utf8')).toBe(text(1));
    await reader.close();
    expect(version()).toBe(v(2));
  });

  it('keeps what was in force before, and tells it, the last ones first to be kept', async () => {
    const script = run({ lock: true });
    await script.answer();
    for (let n = 1; n <= 3; n++) {
      script.say(`file lantern ${text(n)}`, 'commit 5');
      await script.answer();
      script.say('lock');
      await script.answer();
    }
    expect(kinds(await run().answer())).toEqual(['file', 'deployed']);
    expect((await run({ previous: 1 }).answer()).slice(2)).toEqual([['previous', 'lantern', text(2)]]);
    script.say('history');
    expect((await script.answer()).filter(([kind]) => kind === 'previous')).toEqual([
      ['previous', 'lantern', text(1)],
      ['previous', 'lantern', text(2)],
    ]);
  });

  it('keeps no more versions than it should', async () => {
    await mkdir(path.join(root, 'lib/flags'), { recursive: true });
    const many = Array.from({ length: 2 * KEPT_VERSIONS }, (_, n) => text(n % 60, `${n}`));
    await writeFile(path.join(root, 'lib/flags/lantern.previous'), `${many.join('\n')}\n`);
    await writeFile(path.join(root, 'lib/flags/lantern.json'), text(60, 'last'));
    const script = run({ lock: true });
    await script.answer();
    script.say(`file lantern ${text(61)}`, 'commit 5');
    await script.answer();
    script.say('lock');
    await script.answer();
    const kept = (await readFile(path.join(root, 'lib/flags/lantern.previous'), 'utf8')).trim().split('\n');
    expect(kept).toEqual([...many.slice(1 - KEPT_VERSIONS), text(60, 'last')]);
  });

  it('lets one of two sessions write, and tells the other what is there now', async () => {
    const first = run({ lock: true });
    expect(kinds(await first.answer())).toContain('held');
    const second = run({ lock: true });
    expect(kinds(await second.answer())).not.toContain('held');
    second.say('lock');
    first.say(`file lantern ${text(1)}`, 'commit 5');
    expect(kinds(await first.answer())).toEqual(['written', 'runs']);
    expect(await second.answer()).toEqual([['file', 'lantern', text(1)], ['deployed', 'lantern'], ['held']]);
  });

  it('writes nothing without the lock, and waits for nobody where it is forced', async () => {
    const script = run();
    await script.answer();
    script.say(`file lantern ${text(1)}`, 'commit 5');
    expect(await script.answer()).toEqual([['lapsed']]);
    expect(version()).toBe('0');
    const other = run({ lock: true });
    expect(kinds(await other.answer())).toContain('held');
    script.say(`file lantern ${text(1)}`, 'commit! 5');
    expect(kinds(await script.answer())).toEqual(['written', 'runs']);
  });

  it('gives the lock back after three silent seconds, and at once when its operator is gone', async () => {
    const silent = run({ lock: true });
    await silent.answer();
    const other = run();
    await other.answer();
    const began = Date.now();
    other.say('lock');
    expect(kinds(await other.answer())).toContain('held');
    expect(Date.now() - began).toBeGreaterThan(2000);
    silent.say(`file lantern ${text(1)}`, 'commit 5');
    expect(await silent.answer()).toEqual([['lapsed']]);

    const third = run();
    await third.answer();
    third.say('lock');
    const gone = Date.now();
    other.child.stdin?.end();
    expect(kinds(await third.answer())).toContain('held');
    expect(Date.now() - gone).toBeLessThan(2000);
    expect(await other.exit).toBe(0);
  });

  it('does not take half a line for a whole one when it is read across the end of the lock', async () => {
    const script = run({ lock: true });
    await script.answer();
    const line = `file lantern ${text(1)}`;
    script.child.stdin?.write(line.slice(0, 40));
    await new Promise((resolve) => setTimeout(resolve, 3300));
    script.child.stdin?.write(`${line.slice(40)}\n`);
    script.say('commit! 5');
    expect(kinds(await script.answer())).toEqual(['written', 'runs']);
    expect(await flagFile()).toBe(`${text(1)}\n`);
  });

  it('says so when the disk does not take it, and leaves everything as it was', async () => {
    await mkdir(path.join(root, 'lib/flags/owed'), { recursive: true });
    await writeFile(path.join(root, 'lib/flags/lantern.json'), `${text(1)}\n`);
    // A folder of that name cannot be written as a file.
    await mkdir(path.join(root, 'lib/flags/.lantern.new'));
    const script = run({ lock: true });
    await script.answer();
    script.say(`file lantern ${text(2)}`, 'commit 5');
    const [failed] = await script.answer();
    expect(failed?.[0]).toBe('failed');
    expect(failed?.[1]).toContain('cannot be written');
    expect(await flagFile()).toBe(`${text(1)}\n`);
    script.say('lock');
    expect(kinds(await script.answer())).toContain('held');
  });

  it('says what a process does instead of running the change', async () => {
    const late = async (answer: () => object, confirm = 1) => {
      health = answer;
      const script = run();
      await script.answer();
      // The session before holds the lock once more after its answer, while it trims what it kept.
      script.say('lock');
      expect(kinds(await script.answer())).toContain('held');
      script.say(`file lantern ${text(30)}`, `commit ${confirm}`);
      const records = await script.answer();
      expect(kinds(records)).toEqual(['written', expect.stringMatching(/late|refused/)]);
      return records[1]?.slice(2).join(' ') ?? '';
    };
    expect(await late(() => ({ flags: { version: v(1) } }))).toBe(`it runs ${v(1)}`);
    expect(await late(() => ({ status: 'ok' }))).toBe('/health answers 200 and names no flags');
    expect(await late(() => ({ flags: { version: v(31) } }), 60)).toBe(`it runs a later change, ${v(31)}`);
    const damaged = `${v(30)}: GLOW takes "dim"`;
    expect(await late(() => ({ flags: { version: v(1), damaged } }), 60)).toContain(JSON.stringify(damaged));
    // What was damaged before says nothing of this change.
    expect(await late(() => ({ flags: { version: v(1), damaged: 'the file is empty' } }))).toBe(
      `it runs ${v(1)}`,
    );
  });

  it('does not wait long where nothing listens, and not at all where nothing is deployed', async () => {
    server.close();
    server.closeAllConnections();
    const script = run({ lock: true });
    await script.answer();
    const began = Date.now();
    script.say(`file lantern ${text(1)}`, 'commit 60');
    expect((await script.answer())[1]).toEqual(['late', 'lantern', `nothing listens on port ${port}`]);
    expect(Date.now() - began).toBeLessThan(15_000);
    await rm(path.join(root, 'lib/services'), { recursive: true });
    script.say('lock');
    await script.answer();
    script.say(`file lantern ${text(2)}`, 'commit 60');
    expect((await script.answer())[1]).toEqual(['idle', 'lantern', 'it is not deployed there']);
    server.listen(0);
  });

  it('finds what the process kept, and only where the file is something else', async () => {
    const { mkdir: make } = await import('node:fs/promises');
    await make(path.join(root, 'lib-lantern'));
    await make(path.join(root, 'lib/flags'));
    await writeFile(path.join(root, 'lib-lantern/flags.json'), `${text(1)}\n`);
    await writeFile(path.join(root, 'lib/flags/lantern.json'), `${text(1)}\n`);
    expect(kinds(await run().answer())).toEqual(['file', 'deployed']);
    await writeFile(path.join(root, 'lib/flags/lantern.json'), '{"version\n\n":');
    expect(await run().answer()).toEqual([
      ['file', 'lantern', '{"version  ":'],
      ['kept', 'lantern', text(1)],
      ['deployed', 'lantern'],
    ]);
  });

  it('keeps notes for others, and forgets them', async () => {
    const script = run({ lock: true });
    await script.answer();
    const name = `${v(1)}.push.signpost.json`;
    script.say(`note ${name} {"version":"${v(1)}"}`, 'commit! 0');
    expect(kinds(await script.answer())).toEqual(['written']);
    expect(await run().answer()).toContainEqual(['note', name, `{"version":"${v(1)}"}`]);
    script.say(`forget ${name}`, 'commit! 0');
    await script.answer();
    expect(await readdir(path.join(root, 'lib/flags/owed'))).toEqual([]);
  });

  it('never leaves anything but a whole file, whenever it is killed', async () => {
    const seen = new Set<string>();
    for (let n = 1; n <= 12; n++) {
      const script = run({ lock: true });
      await script.answer();
      script.say(`file lantern ${text(n, 'x'.repeat(20_000))}`, 'commit 5');
      await new Promise((resolve) => setTimeout(resolve, n));
      script.child.kill('SIGKILL');
      await script.exit;
      seen.add(version());
      const next = run({ lock: true });
      expect(kinds(await next.answer())).toContain('held');
      next.child.kill('SIGKILL');
      await next.exit;
    }
    for (const each of seen) expect(each).toMatch(/^0$|^20261121/);
  });
});
