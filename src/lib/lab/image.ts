import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from './lock.ts';
import { writePackageIndex } from './package-index.ts';
import { run } from './process.ts';
import { LAB_RELEASE, LAYERS, layerKey, MASKED_UNITS, type LayerRecipe } from './recipe.ts';

/** Where images are kept between labs; `UNDE_LAB_CACHE` moves it. */
function imageCache(env: NodeJS.ProcessEnv = process.env): string {
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
 * Which build of a layer is in the cache: its name, and what tells it from another build by the same recipe, whose
 * packages may be newer. A machine's disk belongs to one build.
 */
export async function layerBuild(name: LayerRecipe['name'], cache: string = imageCache()): Promise<string> {
  const folder = path.dirname(layerOf(name, cache).root);
  const build = await readFile(path.join(folder, 'build'), 'utf8').catch(() => undefined);
  return build === undefined ? path.basename(folder) : `${path.basename(folder)}:${build}`;
}

/**
 * Makes a layer unless it is in the cache. What is half made never gets the layer's name, so an interrupted build is
 * begun again.
 *
 * @param onBuild Called before a layer is made, which takes some 10 to 30 seconds.
 * @returns Whether it had to be made.
 * @throws UndeError LAB_TOOL_FAILED, LAB_BUSY
 */
export async function ensureLayer(
  name: LayerRecipe['name'],
  onBuild: () => void,
  cache: string = imageCache(),
): Promise<boolean> {
  const layer = layerOf(name, cache);
  if (existsSync(layer.root)) return false;
  return withLock(`lab image ${name}`, 600_000, async () => {
    if (existsSync(layer.root)) return false;
    onBuild();
    const finished = path.dirname(layer.root);
    const building = `${finished}.building`;
    await rm(building, { recursive: true, force: true });
    await mkdir(building, { recursive: true });
    if (name === 'base') await buildBase(building);
    else await buildOver(path.dirname(layerOf('base', cache).root), LAYERS[name], building);
    await writeFile(path.join(building, 'build'), randomBytes(4).toString('hex'));
    await rename(building, finished);
    await removeOutdated(name, cache);
    return true;
  });
}

/** Removes a layer's earlier versions, unless a lab is up that could stand on them. */
async function removeOutdated(name: LayerRecipe['name'], cache: string): Promise<void> {
  const namespaces = existsSync('/run/netns') ? await readdir('/run/netns') : [];
  if (namespaces.some((namespace) => namespace.startsWith('unde-'))) return;
  const current = path.basename(path.dirname(layerOf(name, cache).root));
  for (const entry of await readdir(cache)) {
    if (entry.startsWith(`${name}-`) && entry !== current)
      await rm(path.join(cache, entry), { recursive: true });
  }
}

async function buildBase(folder: string): Promise<void> {
  const root = path.join(folder, 'root');
  const include = `--include=${LAYERS.base.packages.join(',')}`;
  await runBuild([
    'mmdebstrap',
    '--quiet',
    '--variant=minbase',
    '--format=directory',
    include,
    LAB_RELEASE,
    root,
  ]);
  // Kept for the layers above, which are built from the same sources; the machines get the lab's mirror instead.
  await copyFile(path.join(root, 'etc/apt/sources.list'), path.join(folder, 'sources.list'));
  for (const key of await readdir(path.join(root, 'etc/ssh'))) {
    if (key.startsWith('ssh_host_')) await rm(path.join(root, 'etc/ssh', key));
  }
  const units = path.join(root, 'etc/systemd/system');
  for (const unit of MASKED_UNITS) await forceSymlink('/dev/null', path.join(units, unit));
  await disableAll(units);
  await finish(root, LAYERS.base);
}

/**
 * Renders the script that installs packages over the base. It runs in a mount namespace of its own, so that an
 * interrupted build leaves no mount. Arguments: the base's folder and the folder to build in.
 */
export function renderLayerScript(packages: readonly string[]): string {
  return `set -eu
base=$1 folder=$2
mkdir "$folder/root" "$folder/work" "$folder/merged" "$folder/packages"
mount -t overlay overlay -o "lowerdir=$base/root,upperdir=$folder/root,workdir=$folder/work" "$folder/merged"
cd "$folder/merged"
mount -t proc proc proc
cp -L /etc/resolv.conf etc/resolv.conf
cp "$base/sources.list" etc/apt/sources.list
# The packages' services belong to the machines that boot later, not to the machine that builds.
printf '#!/bin/sh\\nexit 101\\n' > usr/sbin/policy-rc.d
chmod 755 usr/sbin/policy-rc.d
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
chroot . apt-get -q update
chroot . apt-get -q -y --no-install-recommends -o APT::Keep-Downloaded-Packages=true install ${packages.join(' ')}
find var/cache/apt/archives -name '*.deb' -exec mv -t "$folder/packages" {} +
rm -rf var/lib/apt/lists/* var/cache/apt/*.bin usr/sbin/policy-rc.d
# A database cluster made in the image would be one cluster on every machine, with one system identifier.
rm -rf etc/postgresql/* var/lib/postgresql/*
`;
}

async function buildOver(base: string, recipe: LayerRecipe, folder: string): Promise<void> {
  await runBuild(['sh', '-c', renderLayerScript(recipe.packages), 'sh', base, folder]);
  const root = path.join(folder, 'root');
  await writePackageIndex(path.join(folder, 'packages'));
  // What only the build needed of these two is the base's again.
  await rm(path.join(root, 'etc/resolv.conf'));
  await rm(path.join(root, 'etc/apt/sources.list'));
  for (const rest of ['work', 'merged']) await rm(path.join(folder, rest), { recursive: true });
  await disableAll(path.join(root, 'etc/systemd/system'));
  await finish(root, recipe);
}

/** Runs a step of a build so that it ends, with all it started, when this process ends in whatever way. */
async function runBuild(command: readonly string[]): Promise<void> {
  const alone = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  await run('setpriv', ['--pdeathsig', 'KILL', ...alone, ...command]);
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
