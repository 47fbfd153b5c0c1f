import { execa } from 'execa';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { assertMayDial } from '../common/dial/dial.ts';
import { nsenterCommand } from './enter.ts';
import { machineFiles } from './machine.ts';
import { systemPath, waitUntil } from './process.ts';
import { MIRROR_PORT, OBJECTS_PORT } from './recipe.ts';
import { labIdentityFile, labKnownHostsFile, type LabHost } from './state.ts';

/**
 * The command line of a login by the system's OpenSSH from inside the lab, the operator's own settings left aside.
 *
 * @throws UndeError OUTSIDE_LAB, LAB_DOWN, LAB_NEEDS_ROOT
 */
export function sshCommand(
  lab: string,
  host: Pick<LabHost, 'name' | 'address'>,
  command: readonly string[],
  options: readonly string[] = [],
  knownHosts: string = labKnownHostsFile(lab),
): [string, ...string[]] {
  assertMayDial({ name: 'lab' }, host.address);
  const settings = [
    'IdentitiesOnly=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${knownHosts}`,
    'GlobalKnownHostsFile=/dev/null',
    'UpdateHostKeys=no',
    'LogLevel=ERROR',
  ].flatMap((setting) => ['-o', setting]);
  const own = ['-F', 'none', '-i', labIdentityFile(lab), ...settings, ...options];
  const ssh = ['ssh', ...own, `root@${host.address}`, ...command];
  return nsenterCommand(lab, ssh);
}

/**
 * Waits until a machine answers a real login, with its host key pinned: the key is read from the machine's disk, so
 * that nothing is trusted on first use.
 *
 * @returns The machine's line for known_hosts; `undefined` when the deadline in milliseconds is over.
 */
export async function waitForLogin(
  lab: string,
  host: LabHost,
  deadlineMs: number,
): Promise<string | undefined> {
  const files = machineFiles(lab, host.name);
  const pin = path.join(files.folder, 'known_hosts');
  const end = performance.now() + deadlineMs;
  let line: string | undefined;
  await waitUntil(async () => (line = await readHostKey(files.root, host)) !== undefined, deadlineMs, 100);
  if (line === undefined) return undefined;
  await writeFile(pin, line);
  const options = ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10'];
  const [file, ...args] = sshCommand(lab, host, [readyProbe(host)], options, pin);
  const answered = await waitUntil(
    async () =>
      (await execa(file, args, { reject: false, stdio: 'ignore', env: systemPath() })).exitCode === 0,
    end - performance.now(),
    250,
  );
  if (!answered) return undefined;
  await writeFile(files.ready, '');
  return line;
}

/** What a machine must be able to answer: a login, and the machines that serve the lab their service too. */
function readyProbe(host: LabHost): string {
  if (host.role === 'fleet') return 'true';
  const port = host.role === 'mirror' ? MIRROR_PORT : OBJECTS_PORT;
  return `ss -Hltn sport = :${port} | grep -q .`;
}

async function readHostKey(root: string, host: LabHost): Promise<string | undefined> {
  try {
    const text = await readFile(path.join(root, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8');
    const [kind, key] = text.trim().split(' ');
    return kind === undefined || key === undefined ? undefined : `${host.address} ${kind} ${key}\n`;
  } catch {
    return undefined;
  }
}

/** One word for a remote shell out of many: each reaches the command there as it is here. */
export function remoteCommand(words: readonly string[]): string {
  const plain = /^[\w@%+=:,./-]+$/;
  return words
    .map((word) => (plain.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
}
