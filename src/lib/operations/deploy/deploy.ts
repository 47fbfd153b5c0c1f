import type { Placement } from '../../inventory/selector.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { assignmentsOf } from '../../desired/assignment.ts';
import { readySecrets, renewCertificates } from '../../desired/secrets/ready.ts';
import { closeAll, scopeOf, surveyFleet, type Scope, type Survey } from '../plan/survey.ts';
import type { Catalog } from '../../manifest/catalog.ts';
import { planService, unknownPlan, type ServicePlan } from '../plan/plan.ts';
import type { SecretStore } from '../../secrets/store.ts';
import type { HostMove, Rollout } from './rollout.ts';
import { rollOutSideBySide, type SideBySideOptions } from './side-by-side.ts';
import { withoutUnsourced, type Unsourced } from './package-source.ts';
import { assertAtWork, assertReady, reachedHosts, type UnreachablePolicy } from './preflight.ts';

/** A selection, looked at: what each host has, and what would change. Close it. */
export interface PlannedFleet {
  readonly scope: Scope;
  readonly surveys: readonly Survey[];
  readonly plans: readonly ServicePlan[];
  /** Where the values of the planned secrets are. */
  readonly store: SecretStore;
  /** Certificates that were issued anew, since they would have ended soon. */
  readonly renewed?: readonly string[];
  /** Left out of a lab, whose hosts cannot get the packages. */
  readonly unsourced?: readonly Unsourced[];
  close(): void;
}

/**
 * One round trip to every host of a selection, and the plan that follows from it.
 *
 * @param renewBy Who is going to deploy; see {@link renewCertificates}.
 */
export async function planFleet(
  fleet: Fleet,
  placements: readonly Placement[],
  catalog: Catalog,
  renewBy?: string,
): Promise<PlannedFleet> {
  const scope = scopeOf(fleet, placements, catalog);
  const store = await readySecrets(fleet, scope.placements, catalog);
  const renewed =
    renewBy === undefined ? [] : await renewCertificates(fleet, scope.placements, catalog, store, renewBy);
  const assignments = await assignmentsOf(fleet, scope.placements, catalog, store, true);
  const all = await surveyFleet(fleet, assignments);
  const close = () => closeAll(all);
  try {
    const { surveys, unsourced } =
      fleet.context.name === 'lab' ? withoutUnsourced(all) : { surveys: all, unsourced: [] };
    return { scope, surveys, plans: surveys.flatMap(plansOf), store, renewed, unsourced, close };
  } catch (error) {
    close();
    throw error;
  }
}

function plansOf(survey: Survey): ServicePlan[] {
  const { host, desired } = survey.assignment;
  return desired.map((service) =>
    'facts' in survey
      ? planService(host.name, service, survey.facts)
      : unknownPlan(host.name, service, survey.error.message),
  );
}

/**
 * Carries a plan out: each service in its own rollout, side by side as far as their manifests allow; see
 * {@link rollOutSideBySide}.
 *
 * @returns One rollout for each service of the plan that changes.
 */
export async function applyPlan(
  fleet: Fleet,
  planned: PlannedFleet,
  options: SideBySideOptions & UnreachablePolicy,
): Promise<Rollout[]> {
  const reached = reachedHosts(planned.surveys, options);
  const byService = new Map<string, HostMove[]>();
  for (const plan of planned.plans) {
    const host = reached.find(({ assignment }) => assignment.host.name === plan.host);
    const desired = host?.assignment.desired.find(({ service }) => service === plan.service);
    if (plan.state !== 'change' || host === undefined || desired === undefined) continue;
    const move: HostMove = { reached: host, desired, reloadOnly: plan.effect === 'reload' };
    byService.set(plan.service, [...(byService.get(plan.service) ?? []), move]);
  }
  assertAtWork([...byService.values()].flat());
  assertReady([...new Set([...byService.values()].flat().map((move) => move.reached))]);
  return rollOutSideBySide(fleet, [...byService.values()], { ...options, store: planned.store });
}
