import { flagDrift, type FlagDrift } from '../flags/drift.ts';
import type { ServicePlan } from '../plan/plan.ts';
import { overallState } from '../plan/render.ts';
import type { Survey } from '../plan/survey.ts';

/** How hosts differ from what the inventory and the manifests say. */
export interface Drift {
  /** `unknown` where a host could not be asked. */
  readonly state: ServicePlan['state'];
  readonly plan: readonly ServicePlan[];
  /** `service on host` of what a host has and the inventory does not place there. */
  readonly unmanaged: string[];
  /** Hosts that missed a change of flags; a deploy does not touch those. */
  readonly flags: FlagDrift[];
}

/** Judges a survey and the plan that follows from it; a pure function. */
export function driftOf(surveys: readonly Survey[], plan: readonly ServicePlan[]): Drift {
  const unmanaged = surveys.flatMap((survey) => {
    if (!('facts' in survey)) return [];
    const { host } = survey.assignment;
    return survey.facts.otherServices
      .filter((name) => !host.services.includes(name))
      .map((name) => `${name} on ${host.name}`);
  });
  return { state: overallState(plan), plan, unmanaged, flags: flagDrift(surveys) };
}

/** What drifted beside the plan, a line each. */
export function renderDrift({ unmanaged, flags }: Drift): string[] {
  return [
    ...unmanaged.map((name) => `! ${name}: the host has it, the inventory does not place it there`),
    ...flags.map(
      ({ host, service, why }) =>
        `! the flags of ${service} on ${host} were left behind: ${why}; mend it with: unde flags mend`,
    ),
  ];
}
