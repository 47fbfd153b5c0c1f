import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Flags, type FlagHealth, type FlagsOptions } from '../../../../src/lib/runtime/flags/flags.ts';
import type { FlagSpec } from '../../../../src/lib/manifest/flag.ts';

const specs = [
  { name: 'MODE', type: 'enum', values: ['on', 'off'], default: 'off', purpose: 'whether' },
  { name: 'SHARE', type: 'float', range: [0, 1], default: '0.5', purpose: 'how much' },
] as const satisfies readonly FlagSpec[];

const v = (n: number) => `20261121-15130${n}000-ab12`;
const text = (n: number, values: object) => JSON.stringify({ version: v(n), values });

let root: string;
let directory: string;
let stateDirectory: string;
let open: Flags[];
let logged: string[];

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'unde-flags-'));
  directory = path.join(root, 'flags');
  stateDirectory = path.join(root, 'state');
  await mkdir(directory);
  await mkdir(stateDirectory);
  open = [];
  logged = [];
});
afterEach(async () => {
  for (const flags of open) await flags.close();
  await rm(root, { recursive: true });
});

async function start(options: Partial<FlagsOptions> = {}): Promise<Flags> {
  const log = (level: string) => (_fields: object, message: string) =>
    void logged.push(`${level} ${message}`);
  const flags = await Flags.open({
    service: 'demo',
    specs,
    directory,
    stateDirectory,
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    // Long, so that only the kernel's notices can be what tells of a change.
    reconcileMs: 60_000,
    ...options,
  });
  open.push(flags);
  return flags;
}

async function put(content: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(path.join(directory, '.new'), content);
  await rename(path.join(directory, '.new'), path.join(directory, 'demo.json'));
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('it did not come about within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe('Flags', () => {
  it('are the defaults until somebody sets one', async () => {
    const flags = await start();
    expect(flags.current()).toEqual({ version: '0', values: { MODE: 'off', SHARE: 0.5 } });
    expect(flags.health()).toEqual({ version: '0' });
    expect(logged).toEqual([]);
  });

  it('follow the file while the process runs, and a request keeps the version that it began with', async () => {
    await put(text(1, { MODE: 'on' }));
    const flags = await start();
    const request = flags.current();
    await put(text(2, { MODE: 'off', SHARE: '0.75' }));
    await until(() => flags.current().version === v(2));
    expect(flags.current().values).toEqual({ MODE: 'off', SHARE: 0.75 });
    expect(request).toEqual({ version: v(1), values: { MODE: 'on', SHARE: 0.5 } });
    expect(logged).toEqual([`info flags are at ${v(1)}`, `info flags are at ${v(2)}`]);
  });

  it('are found where the folder comes only later, and where it is made anew', async () => {
    await rm(directory, { recursive: true });
    const flags = await start();
    await put(text(1, { MODE: 'on' }));
    await until(() => flags.current().version === v(1));
    // Many times, and at once: file systems like to give the new folder the number of the old one.
    for (let n = 2; n <= 60; n++) {
      const version = `20261121-151305${String(n).padStart(3, '0')}-ab12`;
      rmSync(directory, { recursive: true });
      if (n % 2 === 0) await until(() => flags.health().damaged !== undefined);
      await put(JSON.stringify({ version, values: {} }));
      await until(() => flags.current().version === version);
    }
    expect(flags.health().damaged).toBeUndefined();
  });

  it('are looked at every so often where no notice comes', async () => {
    const flags = await start({ reconcileMs: 50 });
    // A file that is written behind a link gives the folder no notice.
    const elsewhere = path.join(root, 'elsewhere.json');
    await writeFile(elsewhere, text(1, {}));
    await symlink(elsewhere, path.join(directory, 'demo.json'));
    await until(() => flags.current().version === v(1));
    await writeFile(elsewhere, text(2, {}));
    await until(() => flags.current().version === v(2));
  });

  it.each([
    ['torn', () => text(2, { MODE: 'off' }).slice(0, 30), 'the file is not JSON'],
    ['empty', () => '', 'the file is empty'],
    [
      'of a bad value',
      () => text(2, { MODE: 'off', SHARE: '7' }),
      `${v(2)}: SHARE takes a number from 0 to 1, not "7"`,
    ],
    [
      'too large',
      () => text(2, { MODE: 'off', x: 'x'.repeat(70_000) }),
      /cannot be read: it has 70\d+ bytes/,
    ],
  ])('stay as a whole where a file comes that is %s', async (_what, content, damaged) => {
    await put(text(1, { MODE: 'on', SHARE: '0.25' }));
    const flags = await start();
    await put(content());
    await until(() => flags.health().damaged !== undefined);
    expect(flags.health().damaged).toMatch(damaged);
    expect(flags.current()).toEqual({ version: v(1), values: { MODE: 'on', SHARE: 0.25 } });
    expect(logged.at(-1)).toMatch(`error flags stay at ${v(1)}: `);
    await put(text(3, { MODE: 'off' }));
    await until(() => flags.current().version === v(3));
    expect(flags.health()).toEqual({ version: v(3) });
  });

  it('start with the last known good values where the file is damaged or gone, and say so', async () => {
    await put(text(1, { MODE: 'on' }));
    await (await start()).close();
    for (const spoil of [() => put('{'), () => rm(path.join(directory, 'demo.json'))]) {
      await spoil();
      const flags = await start();
      expect(flags.current()).toEqual({ version: v(1), values: { MODE: 'on', SHARE: 0.5 } });
      expect(flags.health().damaged).toMatch(/the file is not JSON|the flag file is gone/);
      expect(logged.at(-1)).toContain(`error flags stay at ${v(1)}`);
      await flags.refresh();
      expect(flags.health().damaged).toMatch(/the file is not JSON|the flag file is gone/);
    }
    await put(text(2, { MODE: 'off' }));
    expect((await start()).health()).toEqual({ version: v(2) });
  });

  it('start with the defaults where there is nothing else, and with what can be used of the file', async () => {
    await put('{');
    const nothing = await start();
    expect(nothing.current().version).toBe('0');
    expect(nothing.health()).toEqual({ version: '0', damaged: 'the file is not JSON' });
    await nothing.close();

    await put(text(2, { MODE: 'on', SHARE: 'a lot' }));
    const part = await start();
    expect(part.current()).toEqual({ version: v(2), values: { MODE: 'on', SHARE: 0.5 } });
    expect(part.health().damaged).toContain('SHARE takes a number');
  });

  it('start with the last known good values rather than with a part of the file', async () => {
    await put(text(1, { MODE: 'on', SHARE: '0.1' }));
    await (await start()).close();
    await put(text(2, { MODE: 'off', SHARE: 'a lot' }));
    expect((await start()).current()).toEqual({ version: v(1), values: { MODE: 'on', SHARE: 0.1 } });
  });

  it('keep a copy for the next start, and none of what was damaged', async () => {
    const copy = () => readFile(path.join(stateDirectory, 'flags.json'), 'utf8');
    await put(text(1, { MODE: 'on' }));
    const flags = await start();
    await put('{');
    await until(() => flags.health().damaged !== undefined);
    await flags.close();
    expect(await copy()).toBe(text(1, { MODE: 'on' }));
  });

  it('go on where the copy cannot be kept', async () => {
    const flags = await start({ stateDirectory: path.join(root, 'nowhere') });
    await put(text(1, { MODE: 'on' }));
    await until(() => flags.current().version === v(1));
    await flags.close();
    expect(logged).toContain('warn the last known good flags could not be kept');
  });

  it('tell whoever listens of each change once', async () => {
    const seen: FlagHealth[] = [];
    await put(text(1, {}));
    const flags = await start({ onChange: (health) => void seen.push(health), reconcileMs: 10 });
    await put(text(1, {}));
    await put(text(2, {}));
    await until(() => flags.current().version === v(2));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen).toEqual([{ version: v(1) }, { version: v(2) }]);
  });

  it('end with the last of many changes that come at once, and never show anything between', async () => {
    const flags = await start();
    const seen = new Set<string>();
    const watching = setInterval(() => {
      const { version, values } = flags.current();
      seen.add(`${version} ${values['SHARE']}`);
    }, 0);
    for (let n = 1; n <= 200; n++) {
      const version = `20261121-151305${String(n).padStart(3, '0')}-ab12`;
      await put(JSON.stringify({ version, values: { SHARE: String(n / 200) } }));
    }
    await until(() => flags.current().version === '20261121-151305200-ab12');
    clearInterval(watching);
    for (const each of seen) {
      const [version = '', share] = each.split(' ');
      if (version !== '0') expect(Number(share)).toBe(Number(version.slice(15, 18)) / 200);
    }
  });

  it('never miss a change that comes while the one before is being read', async () => {
    const flags = await start();
    for (let n = 1; n <= 300; n++) {
      const version = `20261121-151305${String(n).padStart(3, '0')}-ab12`;
      await put(JSON.stringify({ version: version.replace('ab12', '0000'), values: {} }));
      void flags.refresh();
      if (n % 3 > 0) await new Promise(setImmediate);
      writeFileSync(path.join(directory, '.new'), JSON.stringify({ version, values: {} }));
      renameSync(path.join(directory, '.new'), path.join(directory, 'demo.json'));
      await flags.refresh();
      expect(flags.current().version).toBe(version);
    }
  });

  it('are typed by their specs, and name what the manifest forgot', async () => {
    const flags = await start();
    const mode: 'on' | 'off' = flags.of(specs).current().values.MODE;
    expect(mode).toBe('off');
    expect(() => flags.of([{ ...specs[0], name: 'OTHER' }])).toThrow('the manifest names no flag "OTHER"');
  });
});
