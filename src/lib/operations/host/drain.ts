import { runLifecycle } from '../deploy/lifecycle.ts';
import { UndeError } from '../../common/error/unde-error.ts';
import type { Host } from '../../inventory/inventory.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { backAtWorkScript, drainScript, undrainScript } from './drain-script.ts';
import type { Inspection } from './inspection.ts';
import { JOBS_SECONDS } from './end-jobs-script.ts';
import { hostLedgerScript } from './ledger-line.ts';
import { openTurn, type TurnContext, type TurnPlan } from './turn.ts';

/** What draining does to one service of a host. */
export interface Drain {
  readonly service: string;
  /**
   * `stops`: it answers what it has accepted, then stops. `stays`: it serves the host itself, nobody's requests.
   * `waits`: it holds what only it has; whoever uses it waits while the host is down.
   */
  readonly how: 'stops' | 'stays' | 'waits';
  /** Other hosts on which it is placed. */
  readonly elsewhere: readonly string[];
}

/** What draining a host means for what is deployed on it; a pure function. */
export function drainOf(
  look: Pick<Inspection, 'services' | 'vitals'>,
  host: Host,
  hosts: readonly Host[],
  manifests: readonly Manifest[],
): Drain[] {
  return look.services.flatMap(({ service }): Drain[] => {
    const manifest = manifests.find(({ name }) => name === service);
    if (manifest === undefined) return [];
    const elsewhere = hosts
      .filter((other) => other.name !== host.name && other.services.includes(service))
      .map(({ name }) => name);
    return [{ service, how: howOf(manifest, look.vitals.postgres), elsewhere }];
  });
}

function howOf(manifest: Manifest, postgres: 'primary' | 'replica' | undefined): Drain['how'] {
  if (manifest.kind === 'service') return 'stops';
  return manifest.rolling === 'primary-replica' && postgres !== 'replica' ? 'waits' : 'stays';
}

/** What became of a drain. */
export interface DrainOutcome {
  readonly host: string;
  /** Whether it was drained before already. */
  readonly already: boolean;
  readonly services: readonly Drain[];
  /** Timers of jobs that were paused. */
  readonly timers: readonly string[];
}

/**
 * Takes one host out of work.
 *
 * @throws UndeError JOBS_RUNNING, NOT_DRAINED, and those of {@link openTurn}
 */
export async function drainHost(
  context: TurnContext,
  plan: TurnPlan,
  manifests: readonly Manifest[],
): Promise<DrainOutcome> {
  const turn = await openTurn(context, { ...plan, peers: [] });
  try {
    const { host, desired } = plan.assignment;
    const services = drainOf(turn.look, host, context.fleet.hosts, manifests);
    const running = turn.look.services
      .filter(({ state }) => state !== 'stopped')
      .map(({ service }) => service);
    const own = desired.filter(({ kind, service }) => kind === 'service' && running.includes(service));
    const script = drainScript({
      by: context.by,
      reason: context.reason,
      units: own.map(({ unit }) => unit),
      record: hostLedgerScript(context, 'drain', 'ok', 0, context.reason),
    });
    const seconds = own.reduce((sum, { stopSeconds }) => sum + stopSeconds, JOBS_SECONDS + 60);
    const { stdout, stderr } = await turn.connection.bash(script, {
      timeoutMs: seconds * 1000,
    });
    const lines = stdout.split('\n');
    const already = lines.includes('already');
    if (!already && !lines.includes('drained')) throw notDrained(host.name, stdout, stderr);
    const timers = lines.filter((line) => line.startsWith('timer ')).map((line) => line.slice(6));
    return { host: host.name, already, services, timers };
  } finally {
    await turn.close();
  }
}

function notDrained(host: string, stdout: string, stderr: string): UndeError {
  const busy = /^busy (.*)$/m.exec(stdout)?.[1];
  return new UndeError({
    code: busy === undefined ? 'NOT_DRAINED' : 'JOBS_RUNNING',
    message:
      busy === undefined
        ? `${host} could not be drained`
        : `${host} is not drained: a job has not ended within ${JOBS_SECONDS / 60} min: ${busy}`,
    exit: busy === undefined ? 'failed' : 'refused',
    where: { host },
    details: stderr
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .slice(-5),
    hint: `unde status host:${host} --once`,
  });
}

/** What became of putting a host back to work. */
export interface UndrainOutcome {
  readonly host: string;
  /** Whether it was drained at all. */
  readonly drained: boolean;
  /** Services that were started, with what their gates said. */
  readonly started: readonly { readonly service: string; readonly ok: boolean; readonly text: string }[];
}

/**
 * Puts a drained host back to work: its services are started one by one, each watched by its gate; then its jobs go on.
 * Where one does not start, the host stays drained.
 *
 * @throws UndeError those of {@link openTurn}
 */
export async function undrainHost(context: TurnContext, plan: TurnPlan): Promise<UndrainOutcome> {
  const { host, desired } = plan.assignment;
  const turn = await openTurn(context, { ...plan, peers: [] }, { services: false });
  try {
    const run = (script: string) => turn.connection.bash(script, { timeoutMs: 60_000 });
    const { stdout } = await run(undrainScript());
    if (stdout.includes('absent')) return { host: host.name, drained: false, started: [] };
    const units = stdout.split('\n').flatMap((line) => (line.startsWith('unit ') ? [line.slice(5)] : []));
    const started: { service: string; ok: boolean; text: string }[] = [];
    const reached = { assignment: plan.assignment, connection: turn.connection, facts: turn.look.facts };
    // A service that has been taken off this host since has no unit any more, and nothing to start.
    for (const each of desired.filter(({ unit }) => units.includes(unit))) {
      const reason = `undrain${context.reason === '' ? '' : `: ${context.reason}`}`;
      const { ok, text } = await runLifecycle({ reached, desired: each }, 'start', context.by, reason);
      context.tell(host.name, `${each.service}: ${text}`);
      started.push({ service: each.service, ok, text });
    }
    if (started.every(({ ok }) => ok)) {
      await run(backAtWorkScript(hostLedgerScript(context, 'undrain', 'ok', 0, context.reason)));
    }
    return { host: host.name, drained: true, started };
  } finally {
    await turn.close();
  }
}
