import { existsSync } from 'node:fs';
import { UndeError } from '../common/error/unde-error.ts';
import { findCgroups } from './cgroup.ts';

/** The programs that a lab needs of the machine, and the Debian and Ubuntu packages that bring them. */
export const LAB_PROGRAMS: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'systemd-container',
  mmdebstrap: 'mmdebstrap',
  ip: 'iproute2',
  tc: 'iproute2',
  nft: 'nftables',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  unshare: 'util-linux',
  mount: 'mount',
  perl: 'perl',
};

const FOLDERS = ['/usr/bin', '/usr/sbin', '/bin', '/sbin'];
const ARCHIVE_KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Packages that are missing on this machine, each once. */
export function missingPackages(exists: (path: string) => boolean = existsSync): string[] {
  const missing = Object.entries(LAB_PROGRAMS)
    .filter(([program]) => !FOLDERS.some((folder) => exists(`${folder}/${program}`)))
    .map(([, name]) => name);
  // Ubuntu has it apart: without these keys no Debian package can be verified.
  if (!exists(ARCHIVE_KEYS)) missing.push('debian-archive-keyring');
  return [...new Set(missing)].sort();
}

/** Whether labs can be booted here, and why not; for tests that need one. */
export async function canBootLab(): Promise<{ ok: true } | { ok: false; why: string }> {
  try {
    await assertCanBootLab();
    return { ok: true };
  } catch (error) {
    if (error instanceof UndeError) return { ok: false, why: error.message };
    throw error;
  }
}

/**
 * Checks that labs can be booted here.
 *
 * @throws UndeError LAB_NEEDS_LINUX, LAB_NEEDS_ROOT, LAB_PACKAGES, LAB_NEEDS_CGROUPS
 */
export async function assertCanBootLab(): Promise<void> {
  if (process.platform !== 'linux') {
    throw refused(
      'LAB_NEEDS_LINUX',
      'a lab boots Linux machines in namespaces, so it needs Linux',
      'run it on a Linux machine or VM',
    );
  }
  if (process.getuid?.() !== 0) {
    throw refused(
      'LAB_NEEDS_ROOT',
      'a lab makes mounts and network namespaces, which needs root',
      'run the same command with sudo',
    );
  }
  const missing = missingPackages();
  if (missing.length > 0) {
    throw refused(
      'LAB_PACKAGES',
      `a lab needs Debian packages that are missing here: ${missing.join(', ')}`,
      `apt-get install ${missing.join(' ')}`,
    );
  }
  if ((await findCgroups()) === undefined) {
    throw refused(
      'LAB_NEEDS_CGROUPS',
      'no cgroup version 2 tree is mounted at /sys/fs/cgroup or /sys/fs/cgroup/unified',
      'mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 none /sys/fs/cgroup/unified',
    );
  }
}

function refused(code: string, message: string, hint: string): UndeError {
  return new UndeError({ code, message, exit: 'refused', hint });
}
