import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheDirectory } from '../../common/context/directories.ts';
import { UndeError } from '../../common/error/unde-error.ts';
import { sha256 } from '../../common/text/digest.ts';
import { bundleService } from './bundle.ts';
import { HashCache } from './hash-cache.ts';
import { nativeModuleFiles } from './native-modules.ts';
import { releaseListing, type Release, type ReleaseFile } from './release.ts';
import { packageRoot } from '../../common/context/package-root.ts';
import { installedPackage, type ServiceSource } from './source.ts';

/** Makes Node read the bundle as an ES module. */
const PACKAGE_JSON = '{"type":"module"}\n';

/**
 * Builds a service's release on the operator's machine: its bundled code, its native modules, its assets and the
 * pinned Node. The same inputs give the same digest.
 *
 * @param assets Absolute paths of the files that the operator brings, by asset key.
 * @param cache Shared by releases that are built side by side.
 * @throws UndeError WRONG_PLATFORM, MISSING_ASSET, BUILD_FAILED, MISSING_PACKAGE
 */
export async function buildRelease(
  source: ServiceSource,
  assets: Readonly<Record<string, string>>,
  cache: HashCache = new HashCache(),
): Promise<Release> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new UndeError({
      code: 'WRONG_PLATFORM',
      message: `a release carries native code for Linux on x64, and this is ${process.platform} on ${process.arch}`,
      exit: 'refused',
      hint: 'deploy from a Linux x64 machine',
    });
  }
  const root = packageRoot();
  const parts: { path: string; source: string; mode: 0o644 | 0o755 }[] = [
    { path: 'node', source: pinnedNode(root), mode: 0o755 },
    { path: 'package.json', source: await packageJson(), mode: 0o644 },
  ];
  for (const file of await bundleService(source)) parts.push({ ...file, mode: 0o644 });
  for (const file of await nativeModuleFiles(source.manifest.nativeModules, root)) {
    parts.push({ ...file, mode: 0o644 });
  }
  for (const asset of source.manifest.assets) {
    if (asset.optional === true && assets[asset.key] === undefined) continue;
    parts.push({
      path: `assets/${asset.name}`,
      source: assetFile(source, asset.key, asset.purpose, assets),
      mode: 0o644,
    });
  }
  const files: ReleaseFile[] = [];
  for (const part of parts.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    files.push({ ...part, ...(await cache.digest(part.source)) });
  }
  await cache.save();
  return { service: source.manifest.name, digest: sha256(releaseListing(files)), files };
}

function pinnedNode(root: string): string {
  const node = installedPackage('node', root);
  const binary = node === undefined ? undefined : path.join(node, 'bin', 'node');
  if (binary !== undefined && existsSync(binary)) return binary;
  throw new UndeError({
    code: 'MISSING_PACKAGE',
    message: 'the pinned Node, which every release carries, is not installed',
    exit: 'config',
    hint: 'npm ci',
  });
}

async function packageJson(): Promise<string> {
  const file = path.join(cacheDirectory(), 'release-package.json');
  if (!existsSync(file)) {
    await mkdir(path.dirname(file), { recursive: true });
    // Releases that are built side by side may both write it: whole, or not at all.
    const next = await mkdtemp(`${file}-`);
    await writeFile(path.join(next, 'package.json'), PACKAGE_JSON);
    await rename(path.join(next, 'package.json'), file);
    await rmdir(next);
  }
  return file;
}

function assetFile(
  source: ServiceSource,
  key: string,
  purpose: string,
  assets: Readonly<Record<string, string>>,
): string {
  const file = assets[key];
  if (file !== undefined && existsSync(file)) return file;
  const place = `services.${source.manifest.name}.assets.${key}`;
  throw new UndeError({
    code: 'MISSING_ASSET',
    message:
      file === undefined
        ? `${source.manifest.name} needs a file that the inventory does not name: ${purpose}`
        : `${source.manifest.name} needs ${file}, which is not there: ${purpose}`,
    exit: 'config',
    ...(file === undefined ? {} : { where: { file } }),
    hint:
      key === 'model'
        ? `put the model there or change ${place} in the inventory; check it with: unde model check FILE (in the lab a stand-in will do: unde model generate)`
        : `set ${place} in the inventory`,
  });
}
