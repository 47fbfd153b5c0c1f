import { workReport, type WorkReport } from '../../../contracts/work.ts';
import type { HttpFacts, ServiceFacts, UnitFacts } from '../../fleet/facts/facts.ts';
import type { JobAction, LedgerEntry } from '../../fleet/ledger/entry.ts';
import type { DesiredService } from '../../desired/service.ts';
import { shortDigest } from '../../desired/release/release.ts';
import type { LastDeploy, ServiceState, ServiceStatus } from './status.ts';

interface Verdict {
  readonly state: ServiceState;
  readonly reason: string;
}

/**
 * What a service is, judged by what its host said of it; a pure function.
 *
 * @param now The host's clock when it answered, in seconds since the epoch.
 * @param ledger The host's ledger, oldest first.
 */
export function serviceStatus(
  desired: DesiredService,
  facts: ServiceFacts,
  ledger: readonly LedgerEntry[],
  now: number,
): ServiceStatus {
  const own = ledger.filter(({ service, action }) => service === desired.service && !ASIDE.includes(action));
  const { unit } = facts;
  return {
    name: desired.service,
    kind: desired.kind,
    ...judge(desired, facts, own.at(-1)),
    release: facts.digest ?? null,
    generation: facts.generation ?? null,
    since: unit?.since === undefined ? null : isoTime(unit.since),
    sinceSeconds: unit?.since === undefined ? null : Math.max(0, now - unit.since),
    health: facts.health?.status ?? null,
    ready: facts.ready?.status ?? null,
    awaited: awaitedOf(facts.ready),
    work: workOf(facts.health),
    restarts: unit?.restarts ?? 0,
    cpu: facts.cpuCores ?? null,
    memoryBytes: unit?.memoryBytes ?? null,
    lastDeploy: lastDeploy(own, now),
    pending:
      facts.pending === undefined
        ? null
        : {
            id: facts.pending.id,
            by: facts.pending.by,
            release: facts.pending.digest,
            returnsInSeconds: facts.pending.returnsIn ?? null,
          },
    lock:
      facts.lock === undefined
        ? null
        : { owner: facts.lock.owner, reason: facts.lock.reason, since: isoTime(facts.lock.since) },
    portHolder: facts.portHolder ?? null,
    journal: (facts.journal ?? []).map(journalText),
    badReleases: facts.bad,
  };
}

/** A service of which nothing can be known: its host never answered, or it is not built yet. */
export function blankService(
  name: string,
  kind: ServiceStatus['kind'],
  state: 'unknown' | 'not-built',
): ServiceStatus {
  return {
    name,
    kind,
    state,
    reason: '',
    release: null,
    generation: null,
    since: null,
    sinceSeconds: null,
    health: null,
    ready: null,
    awaited: [],
    work: [],
    restarts: 0,
    cpu: null,
    memoryBytes: null,
    lastDeploy: null,
    pending: null,
    lock: null,
    portHolder: null,
    journal: [],
    badReleases: [],
  };
}

/** Seconds since the epoch as ISO 8601. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function judge(desired: DesiredService, facts: ServiceFacts, last: LedgerEntry | undefined): Verdict {
  const { unit, portHolder } = facts;
  const held = portHolder === undefined ? '' : `port ${desired.port} is held by ${portHolder}`;
  if (facts.digest === undefined && facts.generation === undefined) {
    const stranger = unit?.active === 'active' ? 'its unit runs, but no deploy put it there' : '';
    return { state: 'not-deployed', reason: held || stranger };
  }
  if (unit === undefined || unit.load === 'not-found') {
    return { state: 'failed', reason: `${desired.unit} is gone` };
  }
  if (unit.active === 'active' || unit.active === 'reloading') return judgeActive(desired, facts, unit);
  if (unit.active === 'activating') {
    return unit.sub === 'auto-restart'
      ? { state: 'failed', reason: held || `it ended (${ending(unit)}), and systemd starts it again` }
      : { state: 'starting', reason: 'systemd waits for it to be ready' };
  }
  if (unit.active === 'failed') return { state: 'failed', reason: held || ending(unit) };
  const masked = unit.load === 'masked' ? 'masked' : '';
  const stopper =
    last?.action === 'stop' ? `by ${last.who}${last.reason === '' ? '' : `: ${last.reason}`}` : '';
  const stopping = unit.active === 'deactivating' ? 'it is stopping' : '';
  return { state: 'stopped', reason: held || masked || stopping || stopper };
}

/** What an active unit's own words make of it. */
function judgeActive(desired: DesiredService, facts: ServiceFacts, unit: UnitFacts): Verdict {
  const { health, ready } = facts;
  if (health === undefined) return { state: 'running', reason: '' };
  if ('command' in desired.health) return judgeCommand(health);
  if (health.status === 0) {
    return { state: 'unresponsive', reason: `nothing answers on port ${desired.port}` };
  }
  if (health.status !== 200) {
    return { state: 'unresponsive', reason: `${desired.health.path} answers ${health.status}` };
  }
  const body = jsonOf(health.body);
  const { release, invocation } = body;
  if (desired.kind === 'service' && typeof release === 'string' && release !== facts.digest) {
    return {
      state: 'degraded',
      reason: `it runs release ${shortDigest(release)}, and current is ${shortDigest(facts.digest)}`,
    };
  }
  if (desired.kind === 'service' && typeof invocation === 'string' && invocation !== unit.invocation) {
    return {
      state: 'degraded',
      reason: `another process than ${desired.unit} answers on port ${desired.port}`,
    };
  }
  if (ready === undefined || ready.status === 200) return { state: 'running', reason: '' };
  const awaited = awaitedOf(ready);
  if (awaited.length > 0) return { state: 'degraded', reason: `it waits for ${awaited.join(', ')}` };
  const answer = ready.status === 0 ? 'does not answer' : `answers ${ready.status}`;
  return { state: 'degraded', reason: `${desired.health.ready} ${answer}` };
}

/** A service that speaks no HTTP: its health command's last line says what is wrong. */
function judgeCommand(health: HttpFacts): Verdict {
  if (health.status === 200) return { state: 'running', reason: '' };
  return { state: 'unresponsive', reason: health.body.trim() || 'its health command fails' };
}

/** How a unit's last run ended: `exit-code, status 3`. */
function ending(unit: UnitFacts): string {
  const status = unit.exitStatus === undefined || unit.exitStatus === 0 ? '' : `, status ${unit.exitStatus}`;
  return `${unit.result}${status}`;
}

function jsonOf(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Our services log JSON; a person wants its message. */
function journalText(line: string): string {
  const { msg } = jsonOf(line);
  return typeof msg === 'string' ? msg : line;
}

function awaitedOf(ready: HttpFacts | undefined): string[] {
  const awaited = ready === undefined ? undefined : jsonOf(ready.body)['awaited'];
  return Array.isArray(awaited) ? awaited.map(String) : [];
}

/** A service of a later version may say what is not understood here: that is left out. */
function workOf(health: HttpFacts | undefined): WorkReport[] {
  const work = health?.status === 200 ? jsonOf(health.body)['work'] : undefined;
  if (!Array.isArray(work)) return [];
  return work.flatMap((line) => {
    const { data } = workReport.safeParse(line);
    return data === undefined ? [] : [data];
  });
}

/** What is done about a service's jobs and its flags says nothing of whether it runs. */
const ASIDE: readonly string[] = ['run', 'pause', 'resume', 'flags'] satisfies (JobAction | 'flags')[];

const DEPLOYS: readonly string[] = ['deploy', 'rollback', 'return'];

function lastDeploy(own: readonly LedgerEntry[], now: number): LastDeploy | null {
  const entry = own.findLast(({ action }) => DEPLOYS.includes(action));
  if (entry === undefined) return null;
  return {
    id: entry.id,
    at: isoTime(entry.at),
    ageSeconds: Math.max(0, now - entry.at),
    by: entry.who,
    action: entry.action,
    result: entry.result,
    release: entry.digest,
    reason: entry.reason,
  };
}
