import { newOperationId } from '../../../fleet/ledger/operation-id.ts';
import { HostDeploy } from '../../deploy/host-deploy.ts';
import { changeUnit } from '../../deploy/lifecycle.ts';
import { placeSecrets } from '../../deploy/move-host.ts';
import type { Reached } from '../../plan/survey.ts';
import { takenOverScript } from '../../deploy/secrets-script.ts';
import { messageOf, UndeError } from '../../../common/error/unde-error.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { takeLease } from '../../../fleet/ledger/lease.ts';
import { serviceFacts } from '../../plan/plan.ts';
import type { SecretStore } from '../../../secrets/store.ts';
import type { RotationAim } from './take-over.ts';

/** What became of one service on one host. */
export interface StepOutcome {
  readonly service: string;
  readonly host: string;
  readonly ok: boolean;
  /** What happened, or why it did not. */
  readonly text: string;
  readonly journal: readonly string[];
}

const DONE = {
  restart: 'restarted',
  reload: 'reloaded, served on',
  place: 'does not run; it will read it when it starts',
} as const;

/**
 * Brings credentials to a service on a host and makes it take them over, under its lease and through the gate. Whatever
 * goes wrong is told in the outcome.
 */
export async function takeStep(
  fleet: Fleet,
  reached: Reached,
  { desired, takeOver }: RotationAim,
  store: SecretStore,
  by: string,
): Promise<StepOutcome> {
  const { host } = reached.assignment;
  const told = { service: desired.service, host: host.name, journal: [] as readonly string[] };
  try {
    assertConfirmed(reached, desired.service);
    const lease = await takeLease(reached.connection, [desired.service], by, 'rotates secrets');
    try {
      const deploy = hostDeploy(fleet, reached, desired, by);
      await placeSecrets(deploy, { reached, desired }, store);
      if (takeOver === 'restart') {
        const outcome = await changeUnit({ reached, desired }, 'restart', by, 'rotated secrets');
        if (!outcome.ok) return outcome;
      } else if (takeOver === 'reload') await deploy.reload();
      else await reached.connection.bash(takenOverScript(desired.service));
      return { ...told, ok: true, text: DONE[takeOver] };
    } finally {
      await lease.release().catch(() => undefined);
    }
  } catch (error) {
    const details = error instanceof UndeError ? error.details : [];
    return { ...told, ok: false, text: messageOf(error), journal: details };
  }
}

function hostDeploy(fleet: Fleet, reached: Reached, desired: RotationAim['desired'], by: string): HostDeploy {
  const facts = serviceFacts(reached.facts, desired.service);
  return new HostDeploy(
    fleet.target(reached.assignment.host),
    reached.connection,
    {
      id: newOperationId(),
      by,
      service: desired.service,
      unit: desired.unit,
      action: 'deploy',
      hasRelease: desired.kind === 'service',
      digest: facts.digest ?? '',
      generation: facts.generation ?? '',
      abandons: false,
    },
    desired,
  );
}

/** A deploy that nobody confirmed may go back at any moment, in the middle of the restart. */
function assertConfirmed({ assignment, facts }: Reached, service: string): void {
  const { pending } = serviceFacts(facts, service);
  if (pending === undefined) return;
  throw new UndeError({
    code: 'NOT_CONFIRMED',
    message: `${service} on ${assignment.host.name} was deployed by ${pending.by} and is not confirmed yet`,
    exit: 'refused',
    where: { host: assignment.host.name },
    hint: `unde deploy ${service}`,
  });
}
