import { UndeError } from '../../common/error/unde-error.ts';
import { quote } from '../../common/shell/quote.ts';
import { connect } from '../../fleet/ssh/connect.ts';
import { awaitBoot, awaitWell, wellDeadline } from './await-well.ts';
import { wellOf, type FoundService } from './inspection.ts';
import { JOBS_SECONDS, quietScript } from './end-jobs-script.ts';
import { hostLedgerScript } from './ledger-line.ts';
import { openTurn, type OpenTurn, type TurnContext, type TurnOutcome, type TurnPlan } from './turn.ts';

/** How a restart goes. */
export interface RebootOptions {
  /** How long the host may be away, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * One host's restart: it is brought to rest, restarts, must come back as itself, and everything that was well before
 * must be well again.
 *
 * @throws UndeError before anything was done
 */
export async function rebootHost(
  context: TurnContext,
  plan: TurnPlan,
  options: RebootOptions,
): Promise<TurnOutcome> {
  const turn = await openTurn(context, plan);
  try {
    return await restart(context, plan, turn, options);
  } finally {
    await turn.close();
  }
}

/** The restart itself, in a turn that has begun; its connection is gone afterwards. */
export async function restart(
  context: TurnContext,
  plan: TurnPlan,
  turn: OpenTurn,
  { timeoutMs }: RebootOptions,
): Promise<TurnOutcome> {
  const { host } = plan.assignment;
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const well = wellOf(turn.look);
  const outcome = (parts: Omit<TurnOutcome, 'host' | 'seconds'>): TurnOutcome => ({
    host: host.name,
    seconds: seconds(),
    ...parts,
  });
  context.tell(host.name, 'is brought to rest');
  await takeDown(context, turn);
  turn.connection.close();
  context.tell(host.name, 'restarts');
  const away = await awaitBoot(turn.target, turn.look.facts.host.bootId, timeoutMs);
  if (away === undefined) {
    return outcome({
      result: 'lost',
      text: `did not come back within ${timeoutMs / 1000} s`,
      details: [],
      hint: `look at its console; once it answers: unde status host:${host.name} --once`,
      exit: 'unreachable',
    });
  }
  context.tell(host.name, `is back after ${away} s`);
  const missing = await awaitWell(context.fleet, plan.assignment, well, wellDeadline(plan.assignment));
  const text =
    missing.length === 0
      ? `restarted, ${well.length} ${well.length === 1 ? 'service' : 'services'} well`
      : `restarted, but not well: ${missing.map(({ service }) => service).join(', ')}`;
  await record(context, turn, missing.length === 0 ? 'ok' : 'failed', seconds(), text);
  return missing.length === 0
    ? outcome({ result: 'ok', text, details: [], hint: null, exit: 'ok' })
    : outcome({
        result: 'failed',
        text,
        details: missing.map(told),
        hint: `unde logs ${missing[0]?.service} --host ${host.name}`,
        exit: 'failed',
      });
}

/** How a service that is not well is told. */
export function told({ service, state, reason }: FoundService): string {
  return `${service} is ${state}${reason === '' ? '' : `: ${reason}`}`;
}

/** Brings the host to rest and orders its restart; the ledger names who did, even where the host never comes back. */
async function takeDown(context: TurnContext, turn: OpenTurn): Promise<void> {
  const { assignment, services } = turn.look;
  const running = new Set(services.filter(({ state }) => state !== 'stopped').map(({ service }) => service));
  const units = assignment.desired
    .filter(({ kind, service }) => kind === 'service' && running.has(service))
    .map(({ unit }) => unit);
  const reason = context.reason === '' ? '' : `: ${context.reason}`;
  const again = units.map((unit) => `systemctl start --no-block ${quote(unit)}`).join('; ');
  const script = `
set -u; export LC_ALL=C
${quietScript(units)}
${hostLedgerScript(context, 'reboot', 'ok', 0, `restarts now${reason}`)}
sync
# In a second, so that this answer still arrives.
if systemd-run --quiet --collect --unit=unde-reboot --on-active=1s --timer-property=AccuracySec=100ms -- systemctl reboot; then echo restarting
else ((\${#timers[@]})) && systemctl start "\${timers[@]}"; ${again}
fi`;
  const drainSeconds = assignment.desired.reduce((sum, { stopSeconds }) => sum + stopSeconds, 0);
  const result = await turn.connection.bash(script, {
    timeoutMs: (JOBS_SECONDS + drainSeconds + 60) * 1000,
  });
  if (result.stdout.split('\n').includes('restarting')) return;
  const busy = /^busy (.*)$/m.exec(result.stdout)?.[1];
  throw new UndeError({
    code: busy === undefined ? 'NOT_RESTARTED' : 'JOBS_RUNNING',
    message:
      busy === undefined
        ? `${assignment.host.name} did not take the order to restart`
        : `${assignment.host.name} stays up: a job has not ended within ${JOBS_SECONDS / 60} min: ${busy}`,
    exit: 'refused',
    where: { host: assignment.host.name },
    details: result.stderr
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .slice(-5),
    hint:
      busy === undefined
        ? `unde ssh ${assignment.host.name}`
        : `unde exec host:${assignment.host.name} -- systemctl status ${busy.split(' ')[0]}`,
  });
}

/** Writes how it ended, over a fresh connection; one that fails has been told to the operator anyway. */
async function record(
  context: TurnContext,
  { target }: OpenTurn,
  result: 'ok' | 'failed',
  seconds: number,
  text: string,
): Promise<void> {
  const connection = await connect(target).catch(() => undefined);
  try {
    await connection?.bash(hostLedgerScript(context, 'reboot', result, seconds, text), {
      timeoutMs: 10_000,
    });
  } catch {
    context.tell(target.host, 'the end could not be written into its ledger');
  } finally {
    connection?.close();
  }
}
