import { statfs } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { formatSize } from '../../common/text/size.ts';
import { canBootLab } from '../../lab/requirements.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** Built releases with a model of 350 MB, compressed and not, for some services. */
const CACHE_COMFORT_BYTES = 4 * 2 ** 30;
/** One release of the largest service. */
const CACHE_LEAST_BYTES = 2 ** 30;

/** The Node that runs the CLI, against the one that the package pins. */
export function checkNode(
  root: string,
  executable = process.execPath,
  version = process.versions.node,
): Check {
  const manifest = ['node_modules/node/package.json', '../node/package.json']
    .map((file) => path.join(root, file))
    .find((file) => existsSync(file));
  if (manifest === undefined) {
    return fail('node', `the Node that the package pins is missing under ${root}`, `npm ci --prefix ${root}`);
  }
  const pinned = (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
  return version === pinned
    ? ok('node', `${version}, the pinned one`)
    : warn(
        'node',
        `${version} from ${executable}; the package pins ${pinned}`,
        `start it as ${path.join(root, 'bin/unde')}`,
      );
}

/** The system's OpenSSH, which `unde ssh` and labs start. */
export async function checkOpenSsh(): Promise<Check> {
  const { failed: absent, stderr } = await execa('ssh', ['-V'], { reject: false });
  const version = /OpenSSH_\S+/.exec(stderr)?.[0].replace(/[,;]$/, '');
  return absent || version === undefined
    ? fail(
        'openssh',
        'the ssh program is missing; unde ssh and labs need it',
        'apt-get install openssh-client',
      )
    : ok('openssh', version);
}

/**
 * Room for built releases.
 *
 * @param directory The cache folder; it need not be there yet.
 */
export async function checkCacheRoom(directory: string): Promise<Check> {
  let there = directory;
  while (!existsSync(there)) there = path.dirname(there);
  const { bavail, bsize } = await statfs(there);
  const free = bavail * bsize;
  const message = `${formatSize(free)} free for built releases in ${directory}`;
  if (free >= CACHE_COMFORT_BYTES) return ok('cache', message);
  const hint = `make room, or move it: XDG_CACHE_HOME; what is in ${directory} can be deleted`;
  return free < CACHE_LEAST_BYTES ? fail('cache', message, hint) : warn('cache', message, hint);
}

/** Whether the operator's clock is kept right; leases, ledgers and certificates depend on it. */
export async function checkClock(fleetZone: string | undefined): Promise<Check> {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones =
    fleetZone === undefined || fleetZone === own ? own : `${own}; times are printed in ${fleetZone}`;
  const { failed: absent, stdout } = await execa(
    'timedatectl',
    ['show', '-p', 'NTPSynchronized', '--value'],
    {
      reject: false,
      timeout: 3000,
    },
  );
  if (absent) return ok('clock', `${zones}; whether it is synchronised cannot be asked here`);
  return stdout.trim() === 'yes'
    ? ok('clock', `synchronised, ${zones}`)
    : warn('clock', `not synchronised, ${zones}`, 'timedatectl set-ntp true');
}

/**
 * Whether labs can be booted here.
 *
 * @param needed Whether the context is a lab.
 */
export async function checkLab(needed: boolean): Promise<Check> {
  const answer = await canBootLab();
  if (answer.ok) return ok('labs', 'can be booted here');
  const hint = 'unde lab up says what to do';
  return needed ? fail('labs', answer.why, hint) : warn('labs', answer.why, hint);
}
