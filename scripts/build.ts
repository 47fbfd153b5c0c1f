/**
 * Builds dist/: one file a command with shared chunks (so that a command loads only what it needs), and oclif's
 * manifest (so that `--help` loads no command at all). The services are not built here: a release bundles them.
 */
import { globSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Plugin } from '@oclif/core';
import { build } from 'esbuild';
import { leanOclif } from './lean-oclif.ts';
import { BANNER } from '../src/lib/desired/release/banner.ts';

const root = path.resolve(import.meta.dirname, '..');
process.chdir(root);

const folders = (kind: string) =>
  globSync(`src/${kind}/*/manifest.ts`)
    .map((file) => path.basename(path.dirname(file)))
    .sort();

const result = await build({
  entryPoints: [
    'src/cli.ts',
    'src/complete.ts',
    ...globSync('src/commands/**/*.ts'),
    ...globSync('src/hooks/*.ts'),
  ],
  outbase: 'src',
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  sourcemap: true,
  legalComments: 'none',
  // Native code cannot be bundled; esbuild and the services' own modules are only loaded by what needs them.
  external: ['ssh2', 'cpu-features', 'esbuild', 'sharp', 'onnxruntime-node', 'protobufjs'],
  banner: { js: BANNER },
  define: {
    UNDE_MANIFESTS: JSON.stringify({ services: folders('services'), platform: folders('platform') }),
  },
  plugins: [leanOclif],
  metafile: true,
  logLevel: 'warning',
});
// What an earlier build left goes only now, so that a command that runs meanwhile still finds its parts.
const made = new Set(Object.keys(result.metafile.outputs));
for (const file of globSync('dist/**/*.{js,map}')) if (!made.has(file)) rmSync(file);

// oclif's manifest, made by its own loader: with it, `--help` and completion load no command at all.
const plugin = new Plugin({ root, type: 'core', ignoreManifest: true, errorOnManifestCreate: true });
await plugin.load();
writeFileSync('oclif.manifest.json', JSON.stringify(plugin.manifest));
