import { UndeError } from '../../common/error/unde-error.ts';
import { quote } from '../../common/shell/quote.ts';
import { ledgerFunctions } from '../../fleet/ledger/writer.ts';
import { takeLease } from '../../fleet/ledger/lease.ts';
import { serviceFacts } from '../plan/plan.ts';
import { newOperationId } from '../../fleet/ledger/operation-id.ts';
import type { HostMove } from './rollout.ts';
import { gateFunctions, journalCommand, type Gated } from './gate-script.ts';
import { takenOverScript } from './secrets-script.ts';

/** What can be done to a unit without changing what it is. */
export type LifecycleVerb = 'start' | 'stop' | 'restart';

/** What became of one unit. */
export interface LifecycleOutcome {
  readonly host: string;
  readonly service: string;
  readonly ok: boolean;
  readonly text: string;
  readonly journal: readonly string[];
}

/**
 * Starts, stops or restarts one service on one host under its lease; a start or restart is watched by the same gate
 * as a deploy, so "started" means that it serves.
 */
export async function runLifecycle(
  move: HostMove,
  verb: LifecycleVerb,
  by: string,
  reason: string,
): Promise<LifecycleOutcome> {
  assertDeployed(move);
  const { connection } = move.reached;
  const lease = await takeLease(connection, [move.desired.service], by, reason || verb);
  try {
    return await changeUnit(move, verb, by, reason);
  } finally {
    await lease.release().catch(() => undefined);
  }
}

/** @throws UndeError NOT_DEPLOYED */
export function assertDeployed({ reached, desired }: HostMove): void {
  const { host } = reached.assignment;
  const facts = serviceFacts(reached.facts, desired.service);
  if (facts.unit === undefined || facts.unit.load === 'not-found') {
    throw new UndeError({
      code: 'NOT_DEPLOYED',
      message: `${desired.service} has never been deployed to ${host.name}`,
      exit: 'refused',
      where: { host: host.name, unit: desired.unit },
      hint: `unde deploy ${desired.service}`,
    });
  }
}

/** What {@link runLifecycle} does, for a caller who holds the service's lease. */
export async function changeUnit(
  { reached, desired }: HostMove,
  verb: LifecycleVerb,
  by: string,
  reason: string,
): Promise<LifecycleOutcome> {
  const { host } = reached.assignment;
  const facts = serviceFacts(reached.facts, desired.service);
  const gated: Gated = {
    unit: desired.unit,
    port: desired.port,
    health: desired.health,
    stopSeconds: desired.stopSeconds,
    release: desired.kind === 'service' ? facts.digest : undefined,
  };
  const script = lifecycleScript(verb, gated, {
    service: desired.service,
    digest: facts.digest ?? facts.generation ?? '',
    by,
    reason,
  });
  const { startSeconds, stableSeconds } = desired.health;
  const result = await reached.connection.bash(script, {
    timeoutMs: (desired.stopSeconds + startSeconds + stableSeconds + 60) * 1000,
  });
  const lines = result.stdout.split('\n');
  const verdict = lines.find((line) => line.startsWith('gate ') || line === 'stopped') ?? '';
  const ok = verdict === 'stopped' || verdict.startsWith('gate ok');
  return {
    host: host.name,
    service: desired.service,
    ok,
    text: ok
      ? { start: 'started', stop: 'stopped', restart: 'restarted' }[verb]
      : verdict.replace('gate failed ', '') || result.stderr.trim(),
    journal: lines.filter((line) => line.startsWith('journal ')).map((line) => line.slice(8)),
  };
}

function lifecycleScript(
  verb: LifecycleVerb,
  gated: Gated,
  entry: { service: string; digest: string; by: string; reason: string },
): string {
  const unit = quote(gated.unit);
  const record = (result: string) =>
    `ledger ${newOperationId()} ${quote(entry.by)} ${verb} ${quote(entry.service)} ${quote(entry.digest)} ${quote(entry.digest)} ${result} $((EPOCHSECONDS - began)) ${quote(entry.reason)}`;
  if (verb === 'stop') {
    return `${ledgerFunctions()}\nbegan=$EPOCHSECONDS; systemctl stop ${unit} && { ${record('ok')}; echo stopped; }`;
  }
  return `
${ledgerFunctions()}
${gateFunctions(gated)}
began=$EPOCHSECONDS; before=
[[ ${verb} == start ]] || before=$(systemctl show -p InvocationID --value ${unit})
[[ $(systemctl is-active ${unit}) == active ]] || before=$(systemctl show -p InvocationID --value ${unit})
systemctl reset-failed ${unit} 2>/dev/null; systemctl ${verb} --no-block ${unit}
verdict=$(gate); echo "$verdict"
if [[ $verdict == 'gate ok '* ]]; then ${takenOverScript(entry.service)}; ${record('ok')}; else ${record('failed')}; ${journalCommand(gated.unit)}; fi`.trim();
}
