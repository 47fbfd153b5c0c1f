import type { Context } from '../../common/context/context.ts';
import { desiredFlagServices, hostFlagsOf } from '../flags/from-facts.ts';
import type { FlagService } from '../flags/readers.ts';
import { flagsView, processFault, type FlagPlaceView, type FlagsView } from '../flags/view.ts';
import { nextCommand } from './next-command.ts';
import type { Observation } from './observation.ts';
import type { FleetStatus, StatusProblem } from './status.ts';

/**
 * Which flags are not at their defaults, and what is wrong with them; a pure function.
 *
 * @param now Seconds since the epoch.
 */
export function flagStatus(
  observations: readonly Observation[],
  context: Context,
  now: number,
): Pick<FleetStatus, 'flags' | 'problems'> {
  const services = new Map<string, FlagService>();
  const hosts = observations.map((observation) => {
    const own = desiredFlagServices(observation.assignment.desired);
    for (const service of own) services.set(service.name, service);
    return { ...observation, own };
  });
  if (services.size === 0) return { flags: [], problems: [] };
  const states = hosts.flatMap(({ assignment, answer, failure, own }) =>
    answer === undefined || failure !== undefined
      ? []
      : [hostFlagsOf(assignment.host.name, own, answer.facts)],
  );
  const missed = hosts
    .filter(({ failure }) => failure !== undefined)
    .map(({ assignment, own }) => ({ host: assignment.host, services: own }));
  const view = flagsView([...services.values()], states, missed, now);
  return {
    flags: view.flags.filter(({ isDefault, differs }) => !isDefault || differs),
    problems: [
      ...view.places.flatMap((place) => placeProblems(place, context)),
      ...owedProblems(view, context),
    ],
  };
}

function placeProblems(place: FlagPlaceView, context: Context): StatusProblem[] {
  const { host, service, behind, process } = place;
  const about = { severity: 'error', hosts: [host], service, details: [] } as const;
  const problems: StatusProblem[] = [];
  if (behind !== null) {
    problems.push({
      ...about,
      code: 'FLAGS_LEFT_BEHIND',
      message: `the flags of ${service} on ${host} were left behind: ${behind}`,
      hint: nextCommand(context, 'flags mend'),
    });
  }
  // A process that does not answer is told of as such.
  const fault = process?.status === 200 ? processFault(place) : undefined;
  if (fault !== undefined && behind === null) {
    problems.push({
      ...about,
      code: 'FLAGS_NOT_RUN',
      message: `${service} on ${host} does not run the flags that it should: it ${fault}`,
      hint: nextCommand(context, `logs ${service} --host ${host}`),
    });
  }
  return problems;
}

function owedProblems({ owed }: FlagsView, context: Context): StatusProblem[] {
  return owed.map(({ host, service, version, why }) => ({
    severity: 'warning',
    code: 'FLAGS_OWED',
    hosts: [host],
    service,
    message: `${service} on ${host} has missed the change ${version} of its flags: ${why}`,
    details: [],
    hint: `once ${host} is back: ${nextCommand(context, 'flags mend')}`,
  }));
}
