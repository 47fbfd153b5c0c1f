import { UndeError } from '../common/error/unde-error.ts';
import { machinePort, setCut, wanPort } from './network.ts';
import { labOf } from './status.ts';
import type { LabHost, LabState } from './state.ts';

/** What can be cut: the link between the sites, or one machine from everything. */
export type CutTarget = 'wan' | (string & {});

/**
 * Cuts a target off, or heals it. What is cut is silent: packets vanish, no connection is refused or reset.
 *
 * @throws UndeError LAB_DOWN, NOT_IN_LAB, LAB_NO_WAN
 */
export async function changeCut(name: string, target: CutTarget, cut: boolean): Promise<void> {
  const lab = await labOf(name);
  await setCut(name, portsOf(lab, target), cut);
}

/**
 * Heals everything that is cut.
 *
 * @throws UndeError LAB_DOWN
 */
export async function healAll(name: string): Promise<void> {
  const lab = await labOf(name);
  await setCut(name, [...lab.sites.map(wanPort), ...lab.hosts.map((host) => machinePort(host.name))], false);
}

/** The ports on the switch that a target hangs on. */
function portsOf(lab: LabState, target: CutTarget): string[] {
  if (target === 'wan') {
    if (lab.sites.length === 2) return lab.sites.map(wanPort);
    throw new UndeError({
      code: 'LAB_NO_WAN',
      message: 'this lab has one site, so there is no WAN to cut',
      exit: 'usage',
      hint: `machines can be cut: ${lab.hosts.map((host) => host.name).join(', ')}`,
    });
  }
  return [machinePort(machineOf(lab, target, ['wan']).name)];
}

/**
 * A machine of a lab.
 *
 * @param besides What else could have been named, for the hint.
 * @throws UndeError NOT_IN_LAB
 */
export function machineOf(lab: LabState, name: string, besides: readonly string[] = []): LabHost {
  const host = lab.hosts.find((candidate) => candidate.name === name);
  if (host !== undefined) return host;
  throw new UndeError({
    code: 'NOT_IN_LAB',
    message: `"${name}" is not a machine of the lab "${lab.name}"`,
    exit: 'usage',
    hint: `there are: ${[...besides, ...lab.hosts.map((candidate) => candidate.name)].join(', ')}`,
  });
}
