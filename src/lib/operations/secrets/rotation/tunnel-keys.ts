import { planFleet, type PlannedFleet } from '../../deploy/deploy.ts';
import { rollOut } from '../../deploy/batched-rollout.ts';
import { assertAddressesUnclaimed, reachedHosts } from '../../deploy/preflight.ts';
import type { HostMove } from '../../deploy/rollout.ts';
import { UndeError } from '../../../common/error/unde-error.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import type { Placement } from '../../../inventory/selector.ts';
import type { Catalog } from '../../../manifest/catalog.ts';
import type { DeclaredSecret } from '../../../desired/secrets/declared.ts';
import { makeValue } from '../../../secrets/make.ts';
import type { SecretStore } from '../../../secrets/store.ts';
import type { RotationOptions, RotationReport } from './rotate.ts';
import type { StepOutcome } from './step.ts';

/**
 * Gives one end of a WireGuard tunnel a new key. WireGuard knows no second key that the other end would accept
 * meanwhile, so both ends change together: everything is brought to both, then both are switched at the same time, each
 * through its own gate. The tunnel is silent from the first switch until the handshake after the second, which is a few
 * seconds, 5 more where the first handshake is lost; connections through it survive that.
 *
 * @param keys All keys of tunnels: one of their holders is the other end, whose configuration names the public half.
 * @throws UndeError ADDRESS_CLAIMED; DEPLOY_FIRST where a deploy would change more than the keys.
 */
export async function rotateTunnelKey(
  fleet: Fleet,
  catalog: Catalog,
  store: SecretStore,
  { name, spec, holders }: DeclaredSecret,
  keys: readonly DeclaredSecret[],
  options: RotationOptions,
): Promise<RotationReport> {
  const started = Date.now();
  const service = holders[0]?.service ?? '';
  const ends: Placement[] = fleet.hosts
    .filter(({ name: host }) => keys.some((key) => key.holders.some((use) => use.host === host)))
    .map((host) => ({ host, service }));
  assertAddressesUnclaimed(fleet, ends);
  if (store.entry(name)?.rotation === undefined) {
    const before = await planFleet(fleet, ends, catalog);
    before.close();
    assertAsDeployed(before, service);
    await store.change(options.by, async (draft) => {
      const made = await makeValue(spec, draft);
      await draft.prepare(name, made.value, made.public);
    });
  }
  if (store.entry(name)?.rotation === 'prepared') {
    await store.change(options.by, (draft) => draft.promote(name));
  }
  options.onEvent({ kind: 'phase', phase: 'move', text: `both ends of ${name} change together` });
  const planned = await planFleet(fleet, ends, catalog);
  try {
    const outcomes = await switchTogether(fleet, planned, options);
    for (const outcome of outcomes) options.onEvent({ kind: 'step', phase: 'move', outcome });
    const ok = outcomes.every((outcome) => outcome.ok);
    if (ok) await store.change(options.by, async (draft) => draft.retire(name));
    return {
      result: ok ? 'ok' : 'mixed',
      rotated: ok ? [name] : [],
      steps: outcomes.map((outcome) => ({ ...outcome, phase: 'move' })),
      seconds: (Date.now() - started) / 1000,
    };
  } finally {
    planned.close();
  }
}

/** What else differs would be deployed with the key, and nobody would have seen it before. */
function assertAsDeployed({ plans }: PlannedFleet, service: string): void {
  const different = plans.filter(({ state }) => state !== 'no change');
  if (different.length === 0) return;
  throw new UndeError({
    code: 'DEPLOY_FIRST',
    message: `${service} on ${different.map(({ host }) => host).join(', ')} is not as it should be; nothing was changed`,
    exit: 'refused',
    hint: `unde deploy ${service}, then rotate`,
  });
}

/** Each host in a rollout of its own, side by side: no gate of one waits for the other. */
async function switchTogether(
  fleet: Fleet,
  planned: PlannedFleet,
  options: RotationOptions,
): Promise<StepOutcome[]> {
  const reached = reachedHosts(planned.surveys, { skipUnreachable: false });
  const moves = planned.plans.flatMap((plan): HostMove[] => {
    const host = reached.find(({ assignment }) => assignment.host.name === plan.host);
    const desired = host?.assignment.desired.find(({ service }) => service === plan.service);
    if (plan.state !== 'change' || host === undefined || desired === undefined) return [];
    return [{ reached: host, desired, reloadOnly: plan.effect === 'reload' }];
  });
  const outcomes = await Promise.all(
    moves.map(async (move): Promise<StepOutcome> => {
      const told = { service: move.desired.service, host: move.reached.assignment.host.name };
      const { hosts } = await rollOut(fleet, [move], {
        by: options.by,
        action: 'deploy',
        reason: 'rotates the keys of a tunnel',
        store: planned.store,
        signal: options.signal,
        onEvent: () => undefined,
      });
      const [outcome] = hosts;
      const ok = outcome?.result === 'ok';
      return {
        ...told,
        ok,
        text: ok ? 'has the new keys' : (outcome?.reason ?? ''),
        journal: outcome?.journal ?? [],
      };
    }),
  );
  return outcomes;
}
