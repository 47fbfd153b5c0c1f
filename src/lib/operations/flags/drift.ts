import type { Survey } from '../plan/survey.ts';
import { desiredFlagServices, hostFlagsOf } from './from-facts.ts';
import type { FlagService } from './readers.ts';
import { flagsView } from './view.ts';

/** A host whose flags are not those in force. */
export interface FlagDrift {
  readonly host: string;
  readonly service: string;
  readonly why: string;
}

/** The hosts of a survey that a change of flags has left behind; a pure function. */
export function flagDrift(surveys: readonly Survey[]): FlagDrift[] {
  const services = new Map<string, FlagService>();
  const hosts = surveys.map((survey) => {
    const own = desiredFlagServices(survey.assignment.desired);
    for (const service of own) services.set(service.name, service);
    return { survey, own };
  });
  const states = hosts.flatMap(({ survey, own }) =>
    'facts' in survey ? [hostFlagsOf(survey.assignment.host.name, own, survey.facts)] : [],
  );
  return flagsView([...services.values()], states, [], 0).places.flatMap(({ host, service, behind }) =>
    behind === null ? [] : [{ host, service, why: behind }],
  );
}
