import { UndeError, messageOf } from '../../common/error/unde-error.ts';
import type { Lease } from '../../fleet/ledger/lease.ts';
import { serviceFacts } from '../plan/plan.ts';
import { shortDigest } from '../../desired/release/release.ts';
import { secretForm } from '../../secrets/form.ts';
import type { SecretStore } from '../../secrets/store.ts';
import type { HostDeploy } from './host-deploy.ts';
import type { HostMove, HostOutcome, RolloutOptions } from './rollout.ts';

/** Brings the credentials that differ; what holds the old ones keeps them until it is restarted or reloaded. */
export async function placeSecrets(
  deploy: HostDeploy,
  { reached, desired }: HostMove,
  store?: SecretStore,
): Promise<void> {
  const placed = serviceFacts(reached.facts, desired.service).secrets ?? {};
  const changed = desired.secrets.filter(({ credential, version }) => placed[credential] !== version);
  const obsolete = Object.keys(placed).filter(
    (name) => !desired.secrets.some(({ credential }) => credential === name),
  );
  if (store === undefined || (changed.length === 0 && obsolete.length === 0)) return;
  const values = await Promise.all(
    changed.map(async ({ credential, secret, which, version = '', form }) => ({
      credential,
      version,
      value: secretForm(await store.reveal(secret, which), form),
    })),
  );
  await deploy.placeSecrets(values, obsolete);
}

/** The generation that the plan saw on a host; `undefined` where an unconfirmed one has been returned since. */
function expectedGeneration({ reached, desired }: HostMove): string | undefined {
  const { pending, generation } = serviceFacts(reached.facts, desired.service);
  return pending === undefined ? (generation ?? '') : undefined;
}

/** Moves one host: switch, gate, confirmation; whatever goes wrong, it goes back, or its own timer takes it back. */
export async function moveHost(
  deploy: HostDeploy,
  move: HostMove,
  lease: Lease | undefined,
  options: RolloutOptions,
): Promise<HostOutcome> {
  const { host } = deploy.target;
  const { service, digest } = deploy.deploy;
  const report = (text: string) => options.onEvent({ kind: 'host', service, host, text });
  try {
    if (options.signal.aborted) return { host, result: 'untouched', digest: '' };
    if (lease?.held !== true) throw leaseLost(deploy);
    if (move.reloadOnly === true) {
      await deploy.reload();
      report('has taken over its new credentials');
      return { host, result: 'ok', digest };
    }
    const verdict = await deploy.switch(expectedGeneration(move));
    if (verdict.passed && !options.signal.aborted) {
      await deploy.confirm(verdict.invocation);
      report(`runs ${shortDigest(digest)}`);
      return { host, result: 'ok', digest };
    }
    const reason = verdict.passed ? 'interrupted by the operator' : verdict.reason;
    report(`failed: ${reason}`);
    const back = await deploy.undo(verdict.passed ? 'returned' : 'failed', reason);
    report(back === 'back' ? 'went back' : 'could not go back');
    return {
      host,
      result: back !== 'back' ? 'unknown' : verdict.passed ? 'returned' : 'failed',
      digest,
      reason,
      ...(verdict.passed ? {} : { journal: verdict.journal }),
    };
  } catch (error) {
    if (move.reloadOnly === true) return { host, result: 'failed', digest, reason: reasonOf(error) };
    return afterError(deploy, error, report);
  }
}

function leaseLost(deploy: HostDeploy): UndeError {
  const { host } = deploy.target;
  return new UndeError({
    code: 'LEASE_LOST',
    message: `the lock of ${deploy.deploy.service} on ${host} was lost before the switch`,
    exit: 'unreachable',
    where: { host },
    hint: 'run the same command again',
  });
}

/** After an error in the middle, the host is asked to go back; where even that fails, its own timer does it. */
async function afterError(
  deploy: HostDeploy,
  error: unknown,
  report: (text: string) => void,
): Promise<HostOutcome> {
  const { host } = deploy.target;
  const { digest } = deploy.deploy;
  const reason = reasonOf(error);
  report(`failed: ${messageOf(error)}`);
  const back = await deploy.undo('failed', messageOf(error)).catch(() => undefined);
  if (back === 'back') return { host, result: 'failed', digest, reason };
  if (back === 'confirmed') {
    report(`runs ${shortDigest(digest)}: it was confirmed before the connection was lost`);
    return { host, result: 'ok', digest };
  }
  return {
    host,
    result: 'unknown',
    digest,
    reason: `${reason}\nthe host cannot be asked now; unless it was confirmed, it goes back by itself`,
  };
}

function reasonOf(error: unknown): string {
  return [messageOf(error), ...(error instanceof UndeError ? error.details : [])].join('\n');
}

/** Takes a host back that was moved well, since another one failed. */
export async function goBack(deploy: HostDeploy, why: string, options: RolloutOptions): Promise<HostOutcome> {
  const { host } = deploy.target;
  const back = (await deploy.undo('returned', why, true).catch(() => 'broken')) === 'back';
  options.onEvent({
    kind: 'host',
    service: deploy.deploy.service,
    host,
    text: back ? 'went back' : 'could not go back',
  });
  return { host, result: back ? 'returned' : 'unknown', digest: deploy.deploy.digest, reason: why };
}
