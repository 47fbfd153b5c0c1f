import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/**
 * Packages that oclif loads at every start and hardly ever uses: two only where there is no oclif.manifest.json, the
 * third for its user agent and on Windows. In the bundle they are loaded when they are called.
 */
const LAZY: Readonly<Record<string, string>> = {
  tinyglobby: `exports.glob = (...args) => require('tinyglobby').glob(...args);`,
  minimatch: `exports.minimatch = (...args) => require('minimatch').minimatch(...args);`,
  'wsl-utils': `
exports.isWsl = process.platform === 'linux' && /microsoft/i.test(require('node:os').release());
exports.powerShellPath = async () => (await import('wsl-utils')).powerShellPath();`,
};

/** Command ids are ASCII: comparing them needs no collation tables, whose loading takes longer than reading the manifest. */
const SORT = { slow: 'a.id.localeCompare(b.id)', fast: '(a.id < b.id ? -1 : 1)' };

/** Takes out of oclif's start what a command does not need; commands behave the same. */
export const leanOclif: Plugin = {
  name: 'lean-oclif',
  setup(build) {
    const names = new RegExp(`^(${Object.keys(LAZY).join('|')})$`);
    build.onResolve({ filter: names }, ({ path, importer, resolveDir }) =>
      importer.includes('/@oclif/core/') ? { path, namespace: 'lazy', pluginData: resolveDir } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path, pluginData }) => ({
      contents: LAZY[path] ?? '',
      // What the stand-in asks for is found from where oclif would find it.
      resolveDir: pluginData as string,
    }));
    build.onLoad({ filter: /@oclif\/core\/lib\/config\/plugin\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes(SORT.slow)) throw new Error(`${path} sorts otherwise by now: look at SORT again`);
      return { contents: text.replaceAll(SORT.slow, SORT.fast) };
    });
  },
};
