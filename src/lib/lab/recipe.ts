import { createHash } from 'node:crypto';

/** The Debian release that the machines run. */
export const LAB_RELEASE = 'trixie';

/** What a rented server has to begin with: systemd and sshd. This, and nothing else, is on a `--bare` machine. */
const BASE_PACKAGES: readonly string[] = ['systemd', 'systemd-sysv', 'dbus', 'openssh-server', 'iproute2'];

/**
 * What the other machines have on top, as the hosts have no way out to fetch it, and what the mirror serves to bare
 * ones: the packages of every platform service. Each costs the first `lab up` on a machine its download; together
 * they take 1.2 GB and about 25 s.
 */
const FULL_PACKAGES: readonly string[] = [
  'nftables',
  'pgbouncer',
  'postgresql-17',
  'postgresql-17-pgvector',
  'prometheus',
  'prometheus-alertmanager',
  'prometheus-blackbox-exporter',
  'prometheus-node-exporter',
  'prometheus-postgres-exporter',
  'prometheus-redis-exporter',
  'redis-server',
  'unattended-upgrades',
  'wireguard-go',
  'wireguard-tools',
  // What operators expect on a server, and tests use.
  'ca-certificates',
  'chrony',
  'curl',
  'iputils-ping',
  // `unde lab clock`; no host of production has it.
  'libfaketime',
  'openssl',
  'sudo',
  // Debian's servers have it, and the benchmarks' peer, Ansible, runs on it.
  'python3',
];

/** What the mirror's machine serves its folder with. */
const MIRROR_PACKAGES: readonly string[] = ['busybox'];

/** The S3 stand-in: moto keeps objects in memory and speaks the protocol. */
const OBJECTS_PACKAGES: readonly string[] = ['python3-moto', 'python3-flask', 'python3-flask-cors'];

/** Port of the mirror. */
export const MIRROR_PORT = 80;

/** Port of the S3 stand-in. */
export const OBJECTS_PORT = 9000;

/**
 * Units that a machine of the lab has no use for. With thirty machines on two cores each of them costs seconds:
 * consoles that nobody sits at, timers that download from the internet, mounts that containers may not make.
 */
export const MASKED_UNITS: readonly string[] = [
  'apt-daily-upgrade.service',
  'apt-daily-upgrade.timer',
  'apt-daily.service',
  'apt-daily.timer',
  'console-getty.service',
  'container-getty@.service',
  'dbus-org.freedesktop.login1.service',
  'dev-hugepages.mount',
  'dev-mqueue.mount',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'getty.target',
  'sys-fs-fuse-connections.mount',
  'systemd-ask-password-console.path',
  'systemd-ask-password-wall.path',
  'systemd-logind.service',
];

/** A file that an image gets beside its packages. */
interface ImageFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/** One layer of the machines' file system: packages and files over the layer below. */
export interface LayerRecipe {
  readonly name: 'base' | 'full' | 'mirror' | 'objects';
  readonly packages: readonly string[];
  readonly files: readonly ImageFile[];
  /** Units enabled in the layer; those that the packages themselves enable are disabled again. */
  readonly enabled: readonly string[];
}

const HOST_KEY_UNIT = `[Unit]
Description=Make this machine's SSH host key
Before=ssh.service
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key

[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key
RemainAfterExit=yes

[Install]
WantedBy=multi-user.target
`;

const SSHD_CONFIG = `HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
UseDNS no
`;

/** busybox's httpd: a folder of packages needs no more, and starts in milliseconds. */
const MIRROR_UNIT = `[Unit]
Description=Package mirror of the lab

[Service]
ExecStart=/usr/bin/busybox httpd -f -p ${MIRROR_PORT} -h /srv/mirror
Restart=on-failure

[Install]
WantedBy=multi-user.target
`;

const OBJECTS_UNIT = `[Unit]
Description=S3 stand-in of the lab

[Service]
ExecStart=/usr/bin/moto_server -H 0.0.0.0 -p ${OBJECTS_PORT}
Environment=AWS_ACCESS_KEY_ID=lab AWS_SECRET_ACCESS_KEY=lab
Restart=on-failure

[Install]
WantedBy=multi-user.target
`;

const UNITS = '/etc/systemd/system';

/** The layers by name; each lies over `base`. */
export const LAYERS: Readonly<Record<LayerRecipe['name'], LayerRecipe>> = {
  base: {
    name: 'base',
    packages: BASE_PACKAGES,
    files: [
      { path: '/etc/machine-id', content: '', mode: 0o444 },
      { path: '/etc/hostname', content: '', mode: 0o644 },
      { path: '/etc/resolv.conf', content: '', mode: 0o644 },
      // A repository without a signature is trusted because it is on a network without any other host.
      { path: '/etc/apt/sources.list', content: '', mode: 0o644 },
      { path: '/etc/unde-lab', content: 'This is a machine of an unde lab.\n', mode: 0o644 },
      { path: '/etc/ssh/sshd_config.d/lab.conf', content: SSHD_CONFIG, mode: 0o644 },
      { path: `${UNITS}/lab-host-key.service`, content: HOST_KEY_UNIT, mode: 0o644 },
    ],
    enabled: ['ssh.service', 'lab-host-key.service'],
  },
  full: { name: 'full', packages: FULL_PACKAGES, files: [], enabled: [] },
  mirror: {
    name: 'mirror',
    packages: MIRROR_PACKAGES,
    files: [{ path: `${UNITS}/lab-mirror.service`, content: MIRROR_UNIT, mode: 0o644 }],
    enabled: ['lab-mirror.service'],
  },
  objects: {
    name: 'objects',
    packages: OBJECTS_PACKAGES,
    files: [{ path: `${UNITS}/lab-objects.service`, content: OBJECTS_UNIT, mode: 0o644 }],
    enabled: ['lab-objects.service'],
  },
};

/** What decides whether a cached layer is still good: everything that it was made from. */
export function layerKey(layer: LayerRecipe): string {
  const ingredients = [LAB_RELEASE, MASKED_UNITS, LAYERS.base, layer];
  return createHash('sha256').update(JSON.stringify(ingredients)).digest('hex').slice(0, 12);
}
