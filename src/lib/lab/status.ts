import { setTimeout as delay } from 'node:timers/promises';
import { dial } from '../common/dial/dial.ts';
import { clockOffset } from './clock/offset-on-disk.ts';
import { labDown } from './enter.ts';
import { cutPorts, machinePort, wanPort } from './network.ts';
import { readLabState, type LabHost, type LabState } from './state.ts';

/** A machine as it is now. */
interface MachineStatus extends LabHost {
  /** Its sshd says who it is. A machine that is cut off does not get through. */
  readonly up: boolean;
  readonly cut: boolean;
  /** Seconds that the clock of its services is from this machine's. */
  readonly clockOffset: number;
}

/** A lab as it is now. */
export interface LabStatus {
  readonly name: string;
  readonly inventory: string;
  /** Round trip between the sites in milliseconds. */
  readonly wanDelayMs: number;
  readonly wanCut: boolean;
  readonly machines: readonly MachineStatus[];
}

/**
 * Looks at a lab from the operator's side; the process must be inside it (see `enterLab`).
 *
 * @param timeoutMs How long a machine may take to answer, in milliseconds.
 * @throws UndeError LAB_DOWN
 */
export async function inspectLab(name: string, timeoutMs: number): Promise<LabStatus> {
  const lab = await labOf(name);
  const cut = await cutPorts(name);
  const machines = await Promise.all(
    lab.hosts.map(async (host) => ({
      ...host,
      up: await answers(host.address, timeoutMs),
      cut: cut.has(machinePort(host.name)),
      clockOffset: clockOffset(name, host.name),
    })),
  );
  return {
    name,
    inventory: lab.inventory,
    wanDelayMs: lab.wanDelayMs,
    wanCut: lab.sites.some((site) => cut.has(wanPort(site))),
    machines,
  };
}

/**
 * A lab's state.
 *
 * @throws UndeError LAB_DOWN
 */
export async function labOf(name: string): Promise<LabState> {
  const lab = await readLabState(name);
  if (lab === undefined) throw labDown(name);
  return lab;
}

async function answers(address: string, timeoutMs: number): Promise<boolean> {
  try {
    const socket = await dial({ name: 'lab' }, address, 22, timeoutMs);
    try {
      // The kernel accepts connections for a server that hangs; its banner it cannot send.
      const banner = new Promise<boolean>((resolve) => {
        socket.once('data', (data) => resolve(data.toString().startsWith('SSH-')));
        socket.once('close', () => resolve(false));
        socket.once('error', () => resolve(false));
      });
      return await Promise.race([banner, delay(timeoutMs, false, { ref: false })]);
    } finally {
      socket.destroy();
    }
  } catch {
    return false;
  }
}
