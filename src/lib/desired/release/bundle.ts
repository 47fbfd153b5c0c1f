import { mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheDirectory } from '../../common/context/directories.ts';
import { UndeError, messageOf } from '../../common/error/unde-error.ts';
import { BANNER } from './banner.ts';
import { sha256 } from '../../common/text/digest.ts';
import { packageRoot } from '../../common/context/package-root.ts';
import type { ServiceSource } from './source.ts';

/** A file that the bundler made. */
export interface BundledFile {
  /** Path inside the release. */
  readonly path: string;
  /** Where it lies in the cache. */
  readonly source: string;
}

interface BuildRecord {
  readonly key: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** The folder of the outputs, named by what is in it: whoever reads it never sees it change. */
  readonly folder: string;
  readonly outputs: readonly string[];
}

/**
 * Bundles a service's code: main.js, its workers, its jobs' programs and their source maps. What was built before is used again as
 * long as every file that went into it is unchanged, so that a deploy with nothing to do does not even start the
 * bundler. The result depends on the sources alone, not on when or where it was built.
 *
 * @throws UndeError BUILD_FAILED with the bundler's own messages.
 */
export async function bundleService(source: ServiceSource): Promise<BundledFile[]> {
  const directory = path.join(cacheDirectory(), 'bundles', source.manifest.name);
  const record = await readRecord(recordFile(directory, source));
  if (record !== undefined && record.key === buildKey(source) && (await isFresh(directory, record))) {
    return bundledFiles(directory, record);
  }
  return build(source, directory);
}

function bundledFiles(directory: string, { folder, outputs }: BuildRecord): BundledFile[] {
  return outputs.map((output) => ({ path: output, source: path.join(directory, folder, output) }));
}

/** Services of one name may be built from several folders, by several commands at once. */
function recordFile(directory: string, source: ServiceSource): string {
  return path.join(directory, `${sha256(source.directory).slice(0, 16)}.json`);
}

function buildKey(source: ServiceSource): string {
  return JSON.stringify([
    'bundle-5',
    source.directory,
    furtherEntries(source),
    source.manifest.nativeModules,
  ]);
}

/** What is bundled beside main.ts, relative to the folder of the sources. */
function furtherEntries({ manifest }: ServiceSource): readonly string[] {
  return [...manifest.workers, ...(manifest.programs ?? [])];
}

async function build(source: ServiceSource, directory: string): Promise<BundledFile[]> {
  const root = packageRoot();
  // The bundler is slow to load, and most commands never need it.
  const { build: bundle } = await import('esbuild');
  const sourceRoot = path.dirname(path.dirname(source.directory));
  const result = await bundle({
    absWorkingDir: root,
    entryPoints: [
      { in: path.join(source.directory, 'main.ts'), out: 'main' },
      ...furtherEntries(source).map((entry) => ({
        in: path.resolve(sourceRoot, entry),
        out: path.basename(entry, '.ts'),
      })),
    ],
    // Never written: it only anchors the relative paths in the source maps.
    outdir: path.join(root, 'release'),
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // A checkout has a tsconfig.json, an installed package has none: the same sources give the same code in both.
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    sourcemap: 'linked',
    // Traces need file and line; the text itself is in the repository, and would travel with every change.
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    external: [...source.manifest.nativeModules],
    banner: { js: BANNER },
    logLevel: 'silent',
  }).catch((error: unknown) => {
    throw new UndeError({
      code: 'BUILD_FAILED',
      message: `the code of ${source.manifest.name} does not build`,
      exit: 'config',
      where: { file: source.directory },
      details: messageOf(error).split('\n').slice(0, 20),
      hint: 'npm run typecheck',
    });
  });
  const folder = sha256(result.outputFiles.map((file) => `${file.path} ${sha256(file.text)}\n`).join(''));
  await mkdir(directory, { recursive: true });
  const next = await mkdtemp(path.join(directory, 'making-'));
  const outputs: string[] = [];
  for (const file of result.outputFiles) {
    const name = path.relative(path.join(root, 'release'), file.path);
    outputs.push(name);
    await writeFile(path.join(next, name), file.contents);
  }
  const inputs: Record<string, string> = {};
  for (const input of Object.keys(result.metafile.inputs)) {
    const file = path.resolve(root, input);
    inputs[file] = await stampOf(file);
  }
  // Where the same outputs are there already, they stay.
  await rename(next, path.join(directory, folder)).catch(() => undefined);
  await rm(next, { recursive: true, force: true });
  const record: BuildRecord = { key: buildKey(source), inputs, folder, outputs: outputs.sort() };
  const file = recordFile(directory, source);
  await writeFile(`${next}.json`, JSON.stringify(record));
  await rename(`${next}.json`, file);
  await dropOld(directory, folder);
  return bundledFiles(directory, record);
}

/** How long a bundle that was replaced is kept, in milliseconds: another command may still be sending it. */
const KEPT_MS = 24 * 3_600_000;

async function dropOld(directory: string, newest: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const entry = path.join(directory, name);
    const info = await stat(entry).catch(() => undefined);
    if (name === newest || info === undefined || Date.now() - info.mtimeMs < KEPT_MS) continue;
    await rm(entry, { recursive: true, force: true });
  }
}

async function readRecord(file: string): Promise<BuildRecord | undefined> {
  return readFile(file, 'utf8')
    .then((text) => JSON.parse(text) as BuildRecord)
    .catch(() => undefined);
}

async function isFresh(directory: string, record: BuildRecord): Promise<boolean> {
  const built = await Promise.all(
    record.outputs.map((output) => stat(path.join(directory, record.folder, output)).catch(() => undefined)),
  );
  if (built.includes(undefined)) return false;
  const stamps = await Promise.all(
    Object.entries(record.inputs).map(async ([file, stamp]) => (await stampOf(file)) === stamp),
  );
  return stamps.every(Boolean);
}

async function stampOf(file: string): Promise<string> {
  const info = await stat(file, { bigint: true }).catch(() => undefined);
  return info === undefined ? 'absent' : `${info.size}.${info.mtimeNs}.${info.ctimeNs}`;
}
