import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheDirectory } from '../context/directories.ts';
import { UndeError, messageOf } from '../error/unde-error.ts';
import { packageRoot, type ServiceSource } from './source.ts';

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
  readonly outputs: readonly string[];
}

// Bundled CommonJS packages expect `require`, `__filename` and `__dirname`.
const BANNER =
  "import{createRequire as __cr}from'node:module';import{dirname as __dn}from'node:path';import{fileURLToPath as __fp}from'node:url';const require=__cr(import.meta.url),__filename=__fp(import.meta.url),__dirname=__dn(__filename);";

/**
 * Bundles a service's code: main.js, its workers and their source maps. What was built before is used again as
 * long as every file that went into it is unchanged, so that a deploy with nothing to do does not even start the
 * bundler. The result depends on the sources alone, not on when or where it was built.
 *
 * @throws UndeError BUILD_FAILED with the bundler's own messages.
 */
export async function bundleService(source: ServiceSource): Promise<BundledFile[]> {
  const directory = path.join(cacheDirectory(), 'bundles', source.manifest.name);
  const record = await readRecord(directory);
  if (record !== undefined && record.key === buildKey(source) && (await isFresh(record))) {
    return bundledFiles(directory, record.outputs);
  }
  return build(source, directory);
}

function bundledFiles(directory: string, outputs: readonly string[]): BundledFile[] {
  return outputs.map((output) => ({ path: output, source: path.join(directory, output) }));
}

function buildKey(source: ServiceSource): string {
  return JSON.stringify(['3', source.directory, source.manifest.workers, source.manifest.nativeModules]);
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
      ...source.manifest.workers.map((worker) => ({
        in: path.resolve(sourceRoot, worker),
        out: path.basename(worker, '.ts'),
      })),
    ],
    // Never written: it only anchors the relative paths in the source maps.
    outdir: path.join(root, 'release'),
    write: false,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
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
  const next = `${directory}.${process.pid}`;
  await rm(next, { recursive: true, force: true });
  await mkdir(next, { recursive: true });
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
  const record: BuildRecord = { key: buildKey(source), inputs, outputs: outputs.sort() };
  await writeFile(path.join(next, 'build.json'), JSON.stringify(record));
  await rm(directory, { recursive: true, force: true });
  await rename(next, directory);
  return bundledFiles(directory, record.outputs);
}

async function readRecord(directory: string): Promise<BuildRecord | undefined> {
  return readFile(path.join(directory, 'build.json'), 'utf8')
    .then((text) => JSON.parse(text) as BuildRecord)
    .catch(() => undefined);
}

async function isFresh(record: BuildRecord): Promise<boolean> {
  const stamps = await Promise.all(
    Object.entries(record.inputs).map(async ([file, stamp]) => (await stampOf(file)) === stamp),
  );
  return stamps.every(Boolean);
}

async function stampOf(file: string): Promise<string> {
  const info = await stat(file, { bigint: true }).catch(() => undefined);
  return info === undefined ? 'absent' : `${info.size}.${info.mtimeNs}.${info.ctimeNs}`;
}
