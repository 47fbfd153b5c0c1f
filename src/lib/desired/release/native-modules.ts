import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { UndeError } from '../../common/error/unde-error.ts';
import { installedPackage } from './source.ts';

/** A file of an npm package that travels as it is. */
export interface ModuleFile {
  /** Path inside the release, below node_modules/. */
  readonly path: string;
  readonly source: string;
}

/** Folders inside packages with code for machines that the hosts are not: these are Linux on x64. */
const FOREIGN = new Set(['darwin', 'win32', 'arm64', 'test', 'tests', 'docs', 'example', 'examples']);
/** Files that no running process reads. */
const DEAD = /\.(d\.[cm]?ts|map|md|markdown|ts|cc|cpp|h|hpp|gyp|gypi|yml)$|^\.|^(license|changelog)/i;

/**
 * The files of npm packages with native code, and of what they depend on, for the hosts' platform only.
 *
 * @param from The folder that they are looked for from: the one of the npm package itself.
 * @throws UndeError MISSING_PACKAGE
 */
export async function nativeModuleFiles(names: readonly string[], from: string): Promise<ModuleFile[]> {
  const files = new Map<string, ModuleFile>();
  const seen = new Set<string>();
  const visit = async (name: string, seenFrom: string, required: boolean): Promise<void> => {
    const directory = installedPackage(name, seenFrom);
    if (directory === undefined) {
      // Optional packages for other platforms are not installed, and not needed.
      if (!required) return;
      throw new UndeError({
        code: 'MISSING_PACKAGE',
        message: `the npm package "${name}" is not installed`,
        exit: 'config',
        where: { file: seenFrom },
        hint: 'npm ci',
      });
    }
    if (seen.has(directory)) return;
    seen.add(directory);
    await walk(directory, placeOf(directory, from), files);
    const meta = JSON.parse(await readFile(path.join(directory, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
      optionalDependencies?: Record<string, string>;
    };
    for (const dependency of Object.keys(meta.dependencies ?? {})) {
      await visit(dependency, directory, !(dependency in (meta.optionalDependencies ?? {})));
    }
    for (const dependency of Object.keys(meta.optionalDependencies ?? {})) {
      await visit(dependency, directory, false);
    }
  };
  for (const name of names) await visit(name, from, true);
  return [...files.values()];
}

/**
 * A package's place inside a release, where everything lies below one node_modules/: beside this package's code npm
 * puts its dependencies into the package's own folder, into the one that it is installed in, or into both.
 */
function placeOf(directory: string, from: string): string {
  let base = from;
  while (!directory.startsWith(path.join(base, 'node_modules') + path.sep)) base = path.dirname(base);
  return path.relative(base, directory).split(path.sep).join('/');
}

async function walk(directory: string, inside: string, files: Map<string, ModuleFile>): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const source = path.join(directory, entry.name);
    const place = `${inside}/${entry.name}`;
    if (entry.isDirectory()) {
      // Nested packages come by their own name, when something depends on them.
      if (entry.name !== 'node_modules' && !FOREIGN.has(entry.name)) await walk(source, place, files);
    } else if (entry.isFile() && !DEAD.test(entry.name)) {
      files.set(place, { path: place, source });
    }
  }
}
