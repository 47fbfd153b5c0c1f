import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type CgroupMount, destroyCgroup, isPopulated, labCgroup, makeMachineCgroup } from './cgroup.ts';
import { layerOf } from './image.ts';
import { machineNamespace, plugMachine, unplugMachine } from './network.ts';
import { formatIdentity, identify, isRunning, readIdentity, run, systemPath } from './process.ts';
import { OBJECTS_PORT } from './recipe.ts';
import { labDirectory, labIdentityFile, type LabHost, type LabState } from './state.ts';

/** The files of a machine on the operator's machine. */
export interface MachineFiles {
  readonly folder: string;
  /** What the machine has written over its image: its disk. */
  readonly disk: string;
  readonly work: string;
  /** The mounted whole. */
  readonly root: string;
  /** The lower folders that the disk belongs to; a disk over others is useless. */
  readonly image: string;
  /** The supervisor's identity. */
  readonly pid: string;
  readonly console: string;
  /** Exists once the machine has answered a login: from then on its disk is kept. */
  readonly ready: string;
}

/** Where a machine's files are. */
export function machineFiles(lab: string, host: string): MachineFiles {
  const folder = path.join(labDirectory(lab), 'hosts', host);
  const file = (name: string) => path.join(folder, name);
  return {
    folder,
    disk: file('disk'),
    work: file('work'),
    root: file('root'),
    image: file('image'),
    pid: file('pid'),
    console: file('console.log'),
    ready: file('ready'),
  };
}

/** The overlay's lower folders of a machine, topmost first. */
export function imageOf(host: Pick<LabHost, 'role' | 'bare'>): string[] {
  const base = layerOf('base').root;
  if (host.role !== 'fleet') return [layerOf(host.role).root, base];
  return host.bare ? [base] : [layerOf('full').root, base];
}

/** The command line that boots a machine; a pure function. */
export function nspawnCommand(
  lab: string,
  host: Pick<LabHost, 'name' | 'role'>,
  root: string,
  machine: { readonly hybrid: boolean; readonly tun: boolean },
): string[] {
  return [
    'systemd-nspawn',
    '--quiet',
    '--settings=no',
    '--keep-unit',
    '--register=no',
    `--machine=${machineNamespace(lab, host.name)}`,
    `--hostname=${host.name}`,
    `--directory=${root}`,
    `--network-namespace-path=/run/netns/${machineNamespace(lab, host.name)}`,
    // Firewalls and tunnels are part of what is rehearsed; the namespace bounds what they can touch.
    '--capability=CAP_NET_ADMIN',
    ...(machine.tun ? ['--bind=/dev/net/tun'] : []),
    ...(host.role === 'mirror' ? [`--bind-ro=${layerOf('full').packages}:/srv/mirror`] : []),
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--console=read-only',
    '--boot',
    // systemd 257 refuses to boot where it finds version 1 controllers, and reads this as a kernel option.
    ...(machine.hybrid ? ['SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1'] : []),
  ];
}

/** Renders /etc/hosts with all machines of a lab. */
export function renderHostsFile(hosts: readonly Pick<LabHost, 'name' | 'address'>[]): string {
  return [
    '127.0.0.1 localhost',
    '::1 localhost ip6-localhost',
    ...hosts.map((host) => `${host.address} ${host.name}`),
    '',
  ].join('\n');
}

/** Renders apt's only source: the lab's mirror, or nothing where the lab has none. */
export function renderAptSource(mirror: string | undefined): string {
  if (mirror === undefined) return '';
  return ['Types: deb', `URIs: http://${mirror}/`, 'Suites: ./', 'Trusted: yes', 'Languages: none', ''].join(
    '\n',
  );
}

/** The overlay's lower folders of a machine in one line, as mount takes them. */
export function lowerFolders(host: Pick<LabHost, 'role' | 'bare'>, saved: readonly string[]): string {
  return [...saved, ...imageOf(host)].join(':');
}

/**
 * Options of a machine's overlay. Whatever the kernel's defaults are, the disk must hold whole files under their own
 * names, and no handles of the folders below it: it may become a layer below others (`unde lab save`).
 */
export function overlayOptions(lower: string, files: Pick<MachineFiles, 'disk' | 'work'>): string {
  const features = 'index=off,metacopy=off,redirect_dir=off';
  return `lowerdir=${lower},upperdir=${files.disk},workdir=${files.work},${features}`;
}

/**
 * Starts a machine; it is ready when it answers an SSH login.
 *
 * @param saved Folders of a saved lab that lie between the image and the machine's own disk, topmost first.
 */
export async function startMachine(
  mount: CgroupMount,
  lab: string,
  host: LabHost,
  saved: readonly string[] = [],
): Promise<void> {
  const files = machineFiles(lab, host.name);
  const lower = lowerFolders(host, saved);
  // A machine that was ready once comes back with its disk, as after a power cut; a half-made one starts over.
  const keepsDisk =
    existsSync(files.ready) && (await readFile(files.image, 'utf8').catch(() => '')) === lower;
  if (!keepsDisk) await rm(files.folder, { recursive: true, force: true });
  for (const folder of [files.disk, files.work, files.root]) await mkdir(folder, { recursive: true });
  await writeFile(files.image, lower);
  await run('mount', ['-t', 'overlay', 'overlay', '-o', overlayOptions(lower, files), files.root]);
  const ssh = path.join(files.root, 'root/.ssh');
  await mkdir(ssh, { recursive: true, mode: 0o700 });
  await writeFile(path.join(ssh, 'authorized_keys'), await readFile(`${labIdentityFile(lab)}.pub`), {
    mode: 0o600,
  });
  await writeFile(path.join(files.root, 'etc/hostname'), `${host.name}\n`);
  await plugMachine(lab, host);
  const cgroup = await makeMachineCgroup(mount, lab, host.name);
  const command = nspawnCommand(lab, host, files.root, {
    hybrid: mount.hybrid,
    tun: existsSync('/dev/net/tun'),
  });
  const log = await open(files.console, 'a');
  const child = spawn('sh', ['-c', SUPERVISE, cgroup, ...command], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: {
      ...systemPath({}),
      SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1',
      // A gateway forwards; /proc/sys/net is the machine's own, as its network namespace is.
      SYSTEMD_NSPAWN_API_VFS_WRITABLE: 'network',
    },
  });
  await log.close();
  child.unref();
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity !== undefined) await writeFile(files.pid, formatIdentity(identity));
}

/** Boots again after a reboot (133 is what systemd-nspawn says then) and ends after a power-off. */
const SUPERVISE = `echo $$ > "$0/supervisor/cgroup.procs" || exit
boot=1
while mkdir -p "$0/boot-$boot"; do
  sh -c 'echo $$ > "$0/cgroup.procs" && exec "$@"' "$0/boot-$boot" "$@"
  [ $? -eq 133 ] || exit
  boot=$((boot + 1))
done`;

/** Makes a lab's machines know each other and their mirror, as they are now. */
export async function introduce(lab: Pick<LabState, 'name' | 'hosts'>): Promise<void> {
  const mirror = lab.hosts.find((host) => host.role === 'mirror');
  const objects = lab.hosts.find((host) => host.role === 'objects');
  const hosts = renderHostsFile(lab.hosts);
  for (const host of lab.hosts) {
    const etc = path.join(machineFiles(lab.name, host.name).root, 'etc');
    await writeFile(path.join(etc, 'hosts'), hosts);
    await writeFile(path.join(etc, 'apt/sources.list.d/lab.sources'), renderAptSource(mirror?.address));
    const marker = [
      `UNDE_LAB=${lab.name}`,
      ...(objects === undefined ? [] : [`UNDE_LAB_OBJECTS=http://${objects.address}:${OBJECTS_PORT}`]),
    ];
    await writeFile(path.join(etc, 'unde-lab'), `${marker.join('\n')}\n`);
  }
}

/** Whether a machine runs: its supervisor is the one that was recorded, and its group is not empty. */
export async function isMachineRunning(mount: CgroupMount, lab: string, host: string): Promise<boolean> {
  const identity = await readIdentity(machineFiles(lab, host).pid);
  return (
    identity !== undefined &&
    isRunning(identity) &&
    existsSync(`/run/netns/${machineNamespace(lab, host)}`) &&
    (await isPopulated(labCgroup(mount, lab, host)))
  );
}

/** Ends what is left of a machine: processes, mounts, network; its disk stays. */
export async function stopMachine(mount: CgroupMount, lab: string, host: string): Promise<void> {
  await destroyCgroup(mount, lab, host);
  await removeImageLock(machineFiles(lab, host).root);
  await unmountBelow(machineFiles(lab, host).folder);
  await unplugMachine(lab, host);
  await forgetMachine(lab, host);
}

/** systemd-nspawn locks a folder by its inode, and leaves the file behind when it is killed. */
async function removeImageLock(root: string): Promise<void> {
  const inode = await stat(root).catch(() => undefined);
  if (inode !== undefined)
    await rm(`/run/systemd/nspawn/locks/inode-${inode.dev}:${inode.ino}`, { force: true });
}

/** systemd-nspawn removes these itself unless it is killed. */
async function forgetMachine(lab: string, host: string): Promise<void> {
  const name = machineNamespace(lab, host);
  for (const kind of ['propagate', 'unix-export']) {
    const folder = `/run/systemd/nspawn/${kind}/${name}`;
    if (!existsSync(folder)) continue;
    await unmountBelow(folder);
    await rmdir(folder).catch(() => undefined);
  }
}

/** Unmounts everything at or below a folder, the innermost first. */
export async function unmountBelow(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8'))
    .split('\n')
    .map((line) => (line.split(' ')[1] ?? '').replaceAll(String.raw`\040`, ' '))
    .filter((target) => target === folder || target.startsWith(`${folder}/`))
    .toReversed();
  for (const target of mounts) await run('umount', [target]);
}
