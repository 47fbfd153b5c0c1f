import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** One machine of a lab. */
export interface LabHost {
  readonly name: string;
  /** `fleet` for a host of the inventory; the others serve the lab itself. */
  readonly role: 'fleet' | 'objects' | 'mirror';
  readonly site: string;
  /** Address inside 198.18.0.0/15. */
  readonly address: string;
  /** Started from the image that has nothing but systemd and sshd. */
  readonly bare: boolean;
}

/** What stands in a lab's `lab.json`. */
export interface LabState {
  readonly name: string;
  /** The inventory that it was made from. */
  readonly inventory: string;
  /** Round trip between the sites in milliseconds; 0 is the bare bridge. */
  readonly wanDelayMs: number;
  /** Names of the sites, each a bridge. */
  readonly sites: readonly string[];
  /** Where the operator's side is plugged in. */
  readonly operator: { readonly address: string; readonly site: string };
  readonly hosts: readonly LabHost[];
}

/** Where labs keep their state; `UNDE_LAB_HOME` moves it. */
export function labHome(env: NodeJS.ProcessEnv = process.env): string {
  return env['UNDE_LAB_HOME'] || '/var/lib/unde-lab';
}

/** A lab's folder. */
export function labDirectory(name: string, env: NodeJS.ProcessEnv = process.env): string {
  return path.join(labHome(env), name);
}

/** The operator's private key for a lab's hosts, made at `lab up`. */
export function labIdentityFile(name: string, env?: NodeJS.ProcessEnv): string {
  return path.join(labDirectory(name, env), 'operator_ed25519');
}

/** The pinned host keys of a lab, made at `lab up`; OpenSSH's known_hosts format. */
export function labKnownHostsFile(name: string, env?: NodeJS.ProcessEnv): string {
  return path.join(labDirectory(name, env), 'known_hosts');
}

/**
 * The network namespace that holds a lab's bridges. The operator's process enters it to reach the hosts, so that
 * the kernel itself leaves it no way to anything else.
 */
export function labSwitchNamespace(name: string): string {
  return `unde-${name}-switch`;
}

/** Names of the labs that have a folder, whether they run or not; what else lies there cannot be a lab's name. */
export async function labFolders(env?: NodeJS.ProcessEnv): Promise<string[]> {
  try {
    const entries = await readdir(labHome(env), { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && /^[a-z][a-z0-9]{0,11}$/.test(entry.name))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Reads a lab's state; `undefined` where no such lab is up. */
export async function readLabState(name: string, env?: NodeJS.ProcessEnv): Promise<LabState | undefined> {
  try {
    return JSON.parse(await readFile(path.join(labDirectory(name, env), 'lab.json'), 'utf8')) as LabState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a lab's state so that a reader finds the old or the new one, never a part. */
export async function writeLabState(state: LabState, env?: NodeJS.ProcessEnv): Promise<void> {
  const file = path.join(labDirectory(state.name, env), 'lab.json');
  await writeFile(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`);
  await rename(`${file}.new`, file);
}
