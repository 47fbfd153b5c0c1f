import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from './lock.ts';
import { writePackageIndex } from './package-index.ts';
import { run } from './process.ts';
import { LAB_RELEASE, LAYERS, layerKey, MASKED_UNITS, type LayerRecipe } from './recipe.ts';

/** Where images are kept between labs; `UNDE_LAB_CACHE` moves it. */
export function imageCache(env: NodeJS.ProcessEnv = process.env): string {
  return env['UNDE_LAB_CACHE'] || '/var/cache/unde-lab';
}

/** A layer in the cache. */
export interface Layer {
  /** The file system: a lower folder of an overlay. */
  readonly root: string;
  /** The .deb files that it was made from, with their index. */
  readonly packages: string;
}

/** Where a layer is, or will be. */
export function layerOf(name: LayerRecipe['name'], cache: string = imageCache()): Layer {
  const folder = path.join(cache, `${name}-${layerKey(LAYERS[name])}`);
  return { root: path.join(folder, 'root'), packages: path.join(folder, 'packages') };
}

/**
 * Makes a layer unless it is in the cache. What is half made never gets the layer's name, so an interrupted build is
 * begun again.
 *
 * @returns Whether it had to be made.
 * @throws UndeError LAB_TOOL_FAILED, LAB_BUSY
 */
export async function ensureLayer(name: LayerRecipe['name'], cache: string = imageCache()): Promise<boolean> {
  const layer = layerOf(name, cache);
  if (existsSync(layer.root)) return false;
  return withLock(`lab image ${name}`, 600_000, async () => {
    if (existsSync(layer.root)) return false;
    const finished = path.dirname(layer.root);
    const building = `${finished}.building`;
    await discard(building);
    await mkdir(building, { recursive: true });
    if (name === 'base') await buildBase(building);
    else await buildOver(layerOf('base', cache).root, LAYERS[name], building);
    await rename(building, finished);
    return true;
  });
}

async function buildBase(folder: string): Promise<void> {
  const root = path.join(folder, 'root');
  await run('mmdebstrap', [
    '--quiet',
    '--variant=minbase',
    '--format=directory',
    `--include=${LAYERS.base.packages.join(',')}`,
    LAB_RELEASE,
    root,
  ]);
  // Kept for the layers above, which are built with the same sources; the machines get the mirror's instead.
  await copyFile(path.join(root, 'etc/apt/sources.list'), path.join(folder, 'sources.list'));
  for (const key of await readdir(path.join(root, 'etc/ssh'))) {
    if (key.startsWith('ssh_host_')) await rm(path.join(root, 'etc/ssh', key));
  }
  const units = path.join(root, 'etc/systemd/system');
  for (const unit of MASKED_UNITS) await forceSymlink('/dev/null', path.join(units, unit));
  await disableAll(units);
  await finish(root, LAYERS.base);
}

async function buildOver(base: string, recipe: LayerRecipe, folder: string): Promise<void> {
  const root = path.join(folder, 'root');
  const work = path.join(folder, 'work');
  const merged = path.join(folder, 'merged');
  for (const part of [root, work, merged]) await mkdir(part);
  const archives = path.join(merged, 'var/cache/apt/archives');
  const packages = path.join(folder, 'packages');
  await run('mount', [
    '-t',
    'overlay',
    'overlay',
    '-o',
    `lowerdir=${base},upperdir=${root},workdir=${work}`,
    merged,
  ]);
  try {
    await copyFile('/etc/resolv.conf', path.join(merged, 'etc/resolv.conf'));
    await copyFile(path.join(base, '../sources.list'), path.join(merged, 'etc/apt/sources.list'));
    const policy = path.join(merged, 'usr/sbin/policy-rc.d');
    // The packages' services belong to the machines that boot later, not to the machine that builds.
    await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    const apt = (...words: string[]) =>
      run('chroot', [merged, 'apt-get', '-q', '-y', ...words], {
        env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
      });
    await apt('update');
    await apt(
      'install',
      '--no-install-recommends',
      '-o',
      'APT::Keep-Downloaded-Packages=true',
      ...recipe.packages,
    );
    await mkdir(packages);
    for (const file of await readdir(archives)) {
      if (!file.endsWith('.deb')) continue;
      await copyFile(path.join(archives, file), path.join(packages, file));
      await rm(path.join(archives, file));
    }
    await writePackageIndex(packages);
    for (const file of await readdir(path.join(merged, 'var/lib/apt/lists'))) {
      await rm(path.join(merged, 'var/lib/apt/lists', file), { recursive: true });
    }
    await rm(policy);
  } finally {
    await run('umount', [merged]);
  }
  // What the build needed of the base's files is the base's again.
  await rm(path.join(root, 'etc/resolv.conf'));
  await rm(path.join(root, 'etc/apt/sources.list'));
  await rm(work, { recursive: true, force: true });
  await rm(merged, { recursive: true, force: true });
  await disableAll(path.join(root, 'etc/systemd/system'));
  await finish(root, recipe);
}

/** Removes what packages have enabled: on a machine only what a deploy enables is to run. */
async function disableAll(units: string): Promise<void> {
  if (!existsSync(units)) return;
  for (const entry of await readdir(units, { withFileTypes: true })) {
    if (entry.isDirectory() && /\.(wants|requires)$/.test(entry.name)) {
      await rm(path.join(units, entry.name), { recursive: true });
    }
  }
}

async function finish(root: string, recipe: LayerRecipe): Promise<void> {
  for (const file of recipe.files) {
    const target = path.join(root, file.path);
    await mkdir(path.dirname(target), { recursive: true });
    await rm(target, { force: true });
    await writeFile(target, file.content);
    await chmod(target, file.mode);
  }
  const wants = path.join(root, 'etc/systemd/system/multi-user.target.wants');
  if (recipe.enabled.length > 0) await mkdir(wants, { recursive: true });
  for (const unit of recipe.enabled) {
    const own = recipe.files.some((file) => file.path.endsWith(`/${unit}`));
    await forceSymlink(`${own ? '/etc' : '/usr/lib'}/systemd/system/${unit}`, path.join(wants, unit));
  }
}

async function forceSymlink(target: string, file: string): Promise<void> {
  await rm(file, { force: true });
  await symlink(target, file);
}

async function discard(building: string): Promise<void> {
  const merged = path.join(building, 'merged');
  if (existsSync(merged)) await run('umount', ['--quiet', merged]).catch(() => undefined);
  await rm(building, { recursive: true, force: true });
}
