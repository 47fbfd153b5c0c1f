import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { assignmentsOf, factsQuery, type Assignment } from '../../../src/lib/desired/assignment.ts';
import { sha256 } from '../../../src/lib/common/text/digest.ts';
import { parseInventory } from '../../../src/lib/inventory/parse.ts';
import type { Catalog } from '../../../src/lib/manifest/catalog.ts';
import type { Manifest, ServiceManifest } from '../../../src/lib/manifest/manifest.ts';
import { testFleet } from './scope/test-scope.ts';
import { FLEET, ours, theirs } from './service-fixture.ts';

const store = { entry: () => undefined, authority: () => undefined };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'unde-assignment-'));
  vi.stubEnv('XDG_CACHE_HOME', path.join(folder, 'cache'));
  vi.stubEnv('UNDE_STAND_INS', path.join(folder, 'stand-ins'));
  mkdirSync(path.join(folder, 'greeter'));
  writeFileSync(path.join(folder, 'greeter/main.ts'), 'console.log("hello" as string);\n');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function catalogOf(manifests: readonly Manifest[]): Catalog {
  return {
    has: (name) => manifests.some((manifest) => manifest.name === name),
    names: () => manifests.map(({ name }) => name),
    manifest: (name) => Promise.resolve(manifests.find((manifest) => manifest.name === name) as Manifest),
    directory: (name) => path.join(folder, name),
  };
}

/** What the hosts of the small fleet should have, in the order in which its services are placed. */
async function assigned(
  options: {
    readonly greeter?: Partial<ServiceManifest>;
    readonly build?: boolean;
    readonly context?: 'lab';
    readonly assets?: string;
  } = {},
): Promise<Assignment[]> {
  const { greeter = {}, build = false, context, assets = '{}' } = options;
  const catalog = catalogOf([ours(greeter), theirs()]);
  const text = `${FLEET}services: { greeter: { assets: ${assets} } }\n`;
  const fleet = testFleet(parseInventory(text, path.join(folder, 'inventory.yaml')), { context });
  const placements = fleet.hosts.flatMap((host) =>
    host.services.filter((name) => catalog.has(name)).map((service) => ({ host, service })),
  );
  return assignmentsOf(fleet, placements, catalog, store, build);
}

describe('assignmentsOf', () => {
  it('has every host once, with what is placed on it in that order', async () => {
    const found = await assigned();
    expect(found.map(({ host, desired }) => [host.name, desired.map(({ service }) => service)])).toEqual([
      ['one', ['greeter', 'mailer']],
      ['two', ['mailer', 'greeter']],
    ]);
  });

  it('renders each for its own host, from the template of the package', async () => {
    const [one, two] = await assigned();
    expect(one?.desired[1]?.files[0]?.content).toBe('name one\n');
    expect(two?.desired[0]?.files[0]?.content).toBe('name two\n');
    expect(one?.desired[0]?.files[0]?.content).toContain('Description=UNDE greeter');
  });

  it('builds nothing for those who only look', async () => {
    rmSync(path.join(folder, 'greeter'), { recursive: true });
    const found = await assigned();
    expect(found.flatMap(({ desired }) => desired.map(({ release }) => release))).toEqual(
      Array(4).fill(undefined),
    );
  });

  it('builds a service once for all of its hosts, and a third party’s not at all', async () => {
    const [one, two] = await assigned({ build: true });
    const release = one?.desired[0]?.release;
    expect(release?.files.map((file) => file.path)).toEqual(expect.arrayContaining(['main.js', 'node']));
    expect(two?.desired[1]?.release).toBe(release);
    expect(one?.desired[0]?.digest).toBe(release?.digest);
    expect(one?.desired[1]?.release).toBeUndefined();
  });
});

describe('the assets of a release', () => {
  const assets = [{ name: 'model.bin', key: 'model', purpose: 'the model' }];
  const modelOf = (found: Assignment[]) =>
    found[0]?.desired[0]?.release?.files.find((file) => file.path === 'assets/model.bin')?.source;
  const standIn = () => {
    const file = path.join(folder, 'stand-ins/model.bin');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, 'stand-in');
    return file;
  };

  it('are looked for beside the inventory', async () => {
    writeFileSync(path.join(folder, 'real.bin'), 'real');
    const found = await assigned({ build: true, greeter: { assets }, assets: '{ model: real.bin }' });
    expect(modelOf(found)).toBe(path.join(folder, 'real.bin'));
  });

  it('have a stand-in in a lab, where the real file is absent', async () => {
    const file = standIn();
    const options = { build: true, greeter: { assets }, assets: '{ model: real.bin }' } as const;
    expect(modelOf(await assigned({ ...options, context: 'lab' }))).toBe(file);
    writeFileSync(path.join(folder, 'real.bin'), 'real');
    expect(modelOf(await assigned({ ...options, context: 'lab' }))).toBe(path.join(folder, 'real.bin'));
  });

  it('have none in production: a missing file is an error', async () => {
    standIn();
    await expect(
      assigned({ build: true, greeter: { assets }, assets: '{ model: real.bin }' }),
    ).rejects.toMatchObject({ code: 'MISSING_ASSET', exit: 'config' });
  });

  it('that are optional stay away beside a stand-in', async () => {
    standIn();
    writeFileSync(path.join(folder, 'golden.json'), '{}');
    const golden = { name: 'golden.json', key: 'golden', purpose: 'an example', optional: true };
    const found = await assigned({
      build: true,
      context: 'lab',
      greeter: { assets: [...assets, golden] },
      assets: '{ golden: golden.json }',
    });
    const names = found[0]?.desired[0]?.release?.files.map((file) => file.path);
    expect(names).toContain('assets/model.bin');
    expect(names).not.toContain('assets/golden.json');
  });
});

describe('factsQuery', () => {
  it('asks a host about all that it should have', async () => {
    const [one] = await assigned({ greeter: { flags: [] } });
    const query = factsQuery(one as Assignment, { sampleCpu: true });
    expect(query).toMatchObject({
      packages: ['mailer-daemon'],
      foreignPackages: [],
      releases: [],
      ledgerLines: 0,
      sampleCpu: true,
      probeHealth: false,
    });
    expect(query.services.map(({ name, unit, port, flags }) => [name, unit, port, flags])).toEqual([
      ['greeter', 'unde-greeter.service', 8099, false],
      ['mailer', 'mailer.service', 25, false],
    ]);
    expect(query.files).toContainEqual({ path: '/etc/mailer.conf', sha256: sha256('name one\n') });
  });

  it('names a blob once that a release has twice', async () => {
    writeFileSync(path.join(folder, 'real.bin'), 'real');
    const assets = ['first', 'second'].map((key) => ({ name: `${key}.bin`, key, purpose: 'the same file' }));
    const [one] = await assigned({
      build: true,
      greeter: { assets },
      assets: '{ first: real.bin, second: real.bin }',
    });
    const [release] = factsQuery(one as Assignment).releases;
    expect(release?.digest).toBe(one?.desired[0]?.digest);
    expect(release?.blobs.length).toBe((one?.desired[0]?.release?.files.length ?? 0) - 1);
  });
});
