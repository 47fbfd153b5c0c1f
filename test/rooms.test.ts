import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

/** The rooms of src/lib in the order of a command's way: each imports only what stands before it. */
const ROOMS = [
  'common',
  'inventory',
  'manifest',
  'runtime',
  'lab',
  'secrets',
  'fleet',
  'desired',
  'operations',
  'cli',
] as const;

const lib = (...rooms: readonly string[]) => rooms.map((room) => `lib/${room}`);

/** Who may import whom, as docs/architecture.md tells it; below src. Everybody may import what is his own. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  'lib/common': [],
  'lib/inventory': [...lib('common'), 'contracts'],
  'lib/manifest': [...lib('common', 'inventory'), 'contracts'],
  'lib/runtime': [...lib('common', 'manifest'), 'contracts'],
  'lib/lab': [...lib('common', 'inventory', 'manifest'), 'contracts'],
  'lib/secrets': [...lib('common', 'inventory', 'manifest', 'lab'), 'contracts'],
  'lib/fleet': [...lib('common', 'inventory', 'manifest', 'lab', 'secrets'), 'contracts'],
  'lib/desired': [...lib('common', 'inventory', 'manifest', 'secrets', 'fleet'), 'contracts'],
  'lib/operations': [
    ...lib('common', 'inventory', 'manifest', 'lab', 'secrets', 'fleet', 'desired'),
    'contracts',
  ],
  'lib/operations/model': [...lib(...ROOMS.slice(0, -1)), 'contracts'],
  'lib/operations/seed': [...lib(...ROOMS.slice(0, -1)), 'contracts'],
  'lib/cli': [
    ...lib('common', 'inventory', 'manifest', 'lab', 'secrets', 'fleet', 'desired', 'operations'),
    'contracts',
    'registry.ts',
  ],
  contracts: [],
  'services/one': [...lib('common', 'manifest', 'runtime'), 'contracts'],
  'platform/one': lib('common', 'manifest', 'desired'),
  commands: [...lib(...ROOMS.filter((room) => room !== 'runtime')), 'contracts', 'registry.ts', 'commands'],
  hooks: [...lib(...ROOMS.filter((room) => room !== 'runtime')), 'contracts', 'registry.ts', 'commands'],
};
const TARGETS = [
  ...lib(...ROOMS),
  'contracts',
  'services/other',
  'platform/other',
  'commands',
  'registry.ts',
];

/** Writes a file with one line below src of `folder`; answers its name. */
function plant(folder: string, from: string, name: string, line: (file: string) => string): string {
  const file = path.join(folder, 'src', from, `${name}.ts`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${line(file)}\n`);
  return path.relative(folder, file);
}

/** The files below `folder` that the repository's own lint rules refuse for an import. */
function refused(folder: string): Set<string> {
  cpSync(path.join(root, '.oxlintrc.json'), path.join(folder, '.oxlintrc.json'));
  const { stdout } = spawnSync(path.join(root, 'node_modules/.bin/oxlint'), ['--format', 'json', '.'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code?: string; filename: string }[] };
  return new Set(
    diagnostics
      .filter(({ code }) => code?.includes('no-restricted-imports') === true)
      .map(({ filename }) => filename),
  );
}

const temporary = () => mkdtempSync(path.join(tmpdir(), 'unde-rooms-'));
const relative = (folder: string, file: string, target: string) =>
  path.relative(path.dirname(file), path.join(folder, 'src', target));

describe('the rooms', () => {
  it('are the ten that there are', () => {
    expect(readdirSync(path.join(root, 'src/lib')).toSorted()).toEqual([...ROOMS].toSorted());
  });

  it('are entered as the table says, at every depth, by types and re-exports too', () => {
    const folder = temporary();
    const expected: string[] = [];
    const lines = ['import', 'import type', 'export'] as const;
    for (const [from, allowed] of Object.entries(TABLE)) {
      for (const [depth, below] of ['', '/part'].entries()) {
        for (const target of TARGETS.filter((name) => name !== from && !from.startsWith(`${name}/`))) {
          const to = target.endsWith('.ts') ? target : `${target}/thing.ts`;
          for (const kind of lines) {
            const name = `${kind.replace(' ', '-')}-${target.replaceAll(/[/.]/g, '-')}-${depth}`;
            const file = plant(
              folder,
              `${from}${below}`,
              name,
              (own) => `${kind} { thing } from '${relative(folder, own, to)}';`,
            );
            if (!allowed.includes(target)) expected.push(file);
          }
        }
      }
    }
    expect(expected.length).toBeGreaterThan(400);
    expect([...refused(folder)].toSorted()).toEqual(expected.toSorted());
  });

  it('let desired know the addresses of the lab, and nothing else of it', () => {
    const folder = temporary();
    const importOf = (name: string, target: string, from: string) =>
      plant(folder, from, name, (own) => `import { thing } from '${relative(folder, own, target)}';`);
    importOf('a', 'lib/lab/address.ts', 'lib/desired/network');
    importOf('a', 'lib/lab/address.ts', 'lib/desired');
    const wrong = [
      importOf('b', 'lib/lab/up.ts', 'lib/desired/network'),
      importOf('b', 'lib/lab/model/vit.ts', 'lib/desired'),
    ];
    expect([...refused(folder)].toSorted()).toEqual(wrong.toSorted());
  });

  it('hide what loads native code from everything that a command loads at once', () => {
    const folder = temporary();
    const wrong: string[] = [];
    for (const from of ['commands', 'commands/lab', 'hooks', 'lib/cli', 'lib/operations/deploy']) {
      for (const topic of ['model', 'seed']) {
        const target = `lib/operations/${topic}/thing.ts`;
        const line = (kind: string) => (own: string) =>
          `${kind} { thing } from '${relative(folder, own, target)}';`;
        wrong.push(plant(folder, from, `import-${topic}`, line('import')));
        plant(folder, from, `type-${topic}`, line('import type'));
      }
    }
    for (const from of ['commands', 'hooks', 'platform/one', ...lib(...ROOMS)].filter(
      (name) => name !== 'lib/runtime',
    )) {
      for (const name of ['sharp', 'onnxruntime-node']) {
        wrong.push(plant(folder, from, `native-${name}`, () => `import thing from '${name}';`));
        plant(folder, from, `native-type-${name}`, () => `import type thing from '${name}';`);
      }
    }
    expect([...refused(folder)].toSorted()).toEqual(wrong.toSorted());
  });
});

describe('docs/architecture.md', () => {
  it('has the same table', () => {
    const text = readFileSync(path.join(root, 'docs/architecture.md'), 'utf8');
    const section = /^## Who imports whom$(.*?)^## /ms.exec(text)?.[1] ?? '';
    const told = new Map<string, string[]>();
    for (const [, who = '', whom = ''] of section.matchAll(/^\| ([a-z, ]+) \| (.+) \|$/gm)) {
      // Behind the semicolon stands what one row alone has, and a test of its own.
      const [names = ''] = whom.split(';');
      for (const each of who.split(', '))
        told.set(each, names === 'nothing of ours' ? [] : names.split(', ').toSorted());
    }
    // Contracts are told of below the table, since nearly everybody has them.
    const known = ['contracts', 'registry.ts', 'commands'];
    const expected = Object.entries(TABLE)
      .filter(([from]) => !/operations\//.test(from))
      .map(([from, allowed]): [string, string[]] => [
        from.replace(/^lib\/|\/one$/g, ''),
        allowed
          .filter((each) => !known.includes(each))
          .map((each) => each.replace('lib/', ''))
          .toSorted(),
      ]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected));
  });
});

describe('the CLI', () => {
  /** Every module of src that is reached from `entries` without import(), and the packages that those import. */
  function reached({ inputs }: Metafile, entries: readonly string[]) {
    const modules = new Set<string>();
    const packages = new Map<string, string>();
    const waiting = [...entries];
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      if (modules.has(file)) continue;
      modules.add(file);
      for (const { path: target, kind, external } of inputs[file]?.imports ?? []) {
        if (kind === 'dynamic-import') continue;
        if (external === true) packages.set(target, file);
        else waiting.push(target);
      }
    }
    return { modules, packages };
  }

  it('loads no native code of the services by any static import, nor what draws a tree', async () => {
    // The manifests too: nearly every command loads them, although by import().
    const entries = globSync(
      ['src/*.ts', 'src/commands/**/*.ts', 'src/hooks/*.ts', 'src/{services,platform}/*/manifest.ts'],
      { cwd: root },
    );
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: entries,
      bundle: true,
      splitting: true,
      write: false,
      outdir: 'dist',
      format: 'esm',
      platform: 'node',
      packages: 'external',
      metafile: true,
      logLevel: 'error',
    });
    const { modules, packages } = reached(metafile, entries);
    expect(modules.size).toBeGreaterThan(300);
    expect(packages.has('@oclif/core')).toBe(true);
    for (const name of ['onnxruntime-node', 'sharp']) expect(packages.get(name), name).toBeUndefined();
    // What draws a live tree takes as long to load as many a command runs: `unde --help`, `unde inventory list`.
    expect(packages.get('listr2'), 'listr2').toBeUndefined();
    expect([...modules]).toContain('src/lib/cli/progress/progress.ts');
    expect([...modules]).not.toContain('src/lib/cli/progress/tree.ts');
    // Nor anything else of what runs inside the services' processes: a manifest imports none of it.
    expect([...modules].filter((file) => file.startsWith('src/lib/runtime/'))).toEqual([]);
  });
});
