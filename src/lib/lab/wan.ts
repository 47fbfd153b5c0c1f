import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { packageRoot } from '../common/context/package-root.ts';
import { UndeError } from '../common/error/unde-error.ts';
import { type CgroupMount, destroyCgroup, isPopulated, labCgroup } from './cgroup.ts';
import { bridgeName, inSwitch, ipBatch, wanPort } from './network.ts';
import { systemPath } from './process.ts';
import { labDirectory, labSwitchNamespace } from './state.ts';

/** How the sites are joined: by a veth pair, one with netem's delay on both ends, or the delay process. */
export type WanKind = 'plain' | 'netem' | 'process';

/** The cgroup, beside the machines', of the delay process. */
const WAN_CGROUP = '_wan';

/**
 * Joins the two sites' bridges.
 *
 * @param delayMs The round trip between the sites in milliseconds; 0 joins them without delay.
 * @returns How it was done.
 */
export async function joinSites(
  mount: CgroupMount,
  lab: string,
  sites: readonly [string, string],
  delayMs: number,
): Promise<WanKind> {
  const [left, right] = [wanPort(sites[0]), wanPort(sites[1])];
  await partSites(mount, lab, sites);
  if (delayMs > 0) {
    await addPair(lab, left, right);
    if (await addNetem(lab, [left, right], delayMs)) {
      await plug(lab, sites, delayMs);
      return 'netem';
    }
    await removePair(lab, left);
    await startProcess(mount, lab, left, right, delayMs);
    await plug(lab, sites, delayMs);
    return 'process';
  }
  await addPair(lab, left, right);
  await plug(lab, sites, delayMs);
  return 'plain';
}

/** Takes the link between the sites away; does nothing where there is none. */
async function partSites(mount: CgroupMount, lab: string, sites: readonly [string, string]): Promise<void> {
  await destroyCgroup(mount, lab, WAN_CGROUP);
  await removePair(lab, wanPort(sites[0]));
}

/**
 * The round trip of the link as it is, in milliseconds; `undefined` where there is none. A delay process that was
 * killed took its devices along.
 */
export async function joinedDelay(
  lab: string,
  sites: readonly [string, string],
): Promise<number | undefined> {
  const answer = await inSwitch(lab, ['ip', '-j', 'link', 'show', 'master', bridgeName(sites[0])]);
  const links = JSON.parse(answer || '[]') as { ifname?: string; ifalias?: string }[];
  const alias = links.find((link) => link.ifname === wanPort(sites[0]))?.ifalias;
  return alias === undefined ? undefined : Number(alias);
}

async function addPair(lab: string, left: string, right: string): Promise<void> {
  await ipBatch(labSwitchNamespace(lab), `link add ${left} type veth peer name ${right}\n`);
}

async function removePair(lab: string, port: string): Promise<void> {
  await inSwitch(lab, ['ip', 'link', 'delete', port]).catch(() => undefined);
}

async function plug(lab: string, sites: readonly [string, string], delayMs: number): Promise<void> {
  const lines = sites.flatMap((site) => [
    `link set ${wanPort(site)} addrgenmode none`,
    `link set ${wanPort(site)} master ${bridgeName(site)}`,
    `link set ${wanPort(site)} up`,
    // Last: it says that the link is whole, and what it is.
    `link set ${wanPort(site)} alias ${delayMs}`,
  ]);
  await ipBatch(labSwitchNamespace(lab), lines.map((line) => `${line}\n`).join(''));
}

/** Tries the kernel's own delay; says whether it has it. */
async function addNetem(lab: string, ports: readonly string[], delayMs: number): Promise<boolean> {
  try {
    for (const port of ports) {
      // The limit is in packets: enough for 1 Gbit/s in flight for 100 ms.
      const netem = ['netem', 'delay', `${delayMs / 2}ms`, 'limit', '10000'];
      await inSwitch(lab, ['tc', 'qdisc', 'add', 'dev', port, 'root', ...netem]);
    }
    return true;
  } catch {
    return false;
  }
}

const START = 'echo $$ > "$0/cgroup.procs" && exec nsenter --net="/run/netns/$1" perl "$2" "$3" "$4" "$5"';

async function startProcess(
  mount: CgroupMount,
  lab: string,
  left: string,
  right: string,
  delayMs: number,
): Promise<void> {
  const cgroup = labCgroup(mount, lab, WAN_CGROUP);
  await mkdir(cgroup, { recursive: true });
  const script = path.join(labDirectory(lab), 'wan-switch.pl');
  await copyFile(path.join(packageRoot(), 'src', 'lib/lab/wan-switch.pl'), script);
  const log = await open(path.join(labDirectory(lab), 'wan.log'), 'w');
  const halfMicroseconds = String(Math.round((delayMs * 1000) / 2));
  const child = spawn(
    'sh',
    ['-c', START, cgroup, labSwitchNamespace(lab), script, left, right, halfMicroseconds],
    {
      detached: true,
      stdio: ['ignore', 'pipe', log.fd],
      env: { ...process.env, ...systemPath() },
    },
  );
  const stdout = child.stdout as Readable;
  await Promise.race([once(stdout, 'data'), once(child, 'exit')]);
  stdout.destroy();
  child.unref();
  await log.close();
  if (await isPopulated(cgroup)) return;
  throw new UndeError({
    code: 'LAB_WAN_FAILED',
    message: 'the delay between the sites could not be set up',
    exit: 'failed',
    where: { file: path.join(labDirectory(lab), 'wan.log') },
    hint: 'see that file; /dev/net/tun is needed where the kernel has no netem. Or leave out --wan-delay',
  });
}
