import { UndeError } from '../../common/error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { planChange, type FlagIntent, type FlagPlan } from './change-plan.ts';
import type { FlagOrigin } from '../../manifest/flags/file.ts';
import type { HostFlags } from './host-flags.ts';
import { KEPT_VERSIONS } from './host-script.ts';
import { flagHosts, placeText, type FlagHost, type FlagService } from './readers.ts';
import { openSessions, unclaimed, type MissedHost } from './fleet-sessions.ts';
import type { FlagEvent, FlagSession } from './host-session.ts';
import { newFlagVersion } from '../../manifest/flags/version.ts';
import { writeAll, type FailedHost } from './write-all.ts';

/** A change of flags, and how it is made. */
export interface FlagRequest {
  /** All services that read flags. */
  readonly services: readonly FlagService[];
  /** Whether the change is about a service: the hosts of such a one must be reached. */
  readonly about: (service: FlagService) => boolean;
  /** What is wanted, which may follow from what is there. */
  readonly intent: (states: readonly HostFlags[]) => FlagIntent;
  readonly by: string;
  readonly why: (intent: FlagIntent) => string;
  /** Goes ahead without hosts that cannot be reached. */
  readonly allowPartial: boolean;
  /** Waits for nobody, and is not stopped by what somebody else has just changed. */
  readonly emergency: boolean;
  /** Whether the intent follows from what was in force before. */
  readonly needsHistory: boolean;
  /** How long the processes may take to run what was written, in seconds. */
  readonly confirmSeconds: number;
  /** Shows what will be done; throws where the operator does not want it. */
  readonly approve: (plan: FlagPlan, missed: readonly MissedHost[]) => Promise<void>;
  /** Called for each process as soon as it is known what it runs. */
  readonly onEvent: (event: FlagEvent) => void;
}

/** What became of a change. */
export interface FlagOutcome {
  readonly plan: FlagPlan;
  /** Hosts that could not be reached. */
  readonly missed: readonly MissedHost[];
  /** Hosts that were reached and then failed. */
  readonly failed: readonly FailedHost[];
  /** Hosts whose files were written. */
  readonly written: readonly string[];
  readonly processes: readonly FlagEvent[];
}

/**
 * Changes flags on every host whose services read them, each host in one step, and waits until the processes run them.
 * What was read is locked until it is written, so that of two operators one wins, and the other is told.
 *
 * @throws UndeError HOSTS_UNREACHABLE, FLAGS_CHANGED, LOCKED; what happens after the first write is in the outcome.
 */
export async function changeFlags(fleet: Fleet, request: FlagRequest): Promise<FlagOutcome> {
  const { free, claimed } = unclaimed(fleet, flagHosts(fleet, request.services));
  const isAbout = (place: FlagHost) => place.services.some(request.about);
  const { sessions, missed: silent } = await openSessions(
    fleet,
    free,
    (place) => ({
      lock: isAbout(place),
      previous: request.needsHistory ? 2 * KEPT_VERSIONS : 0,
      probe: false,
    }),
    (place) => request.emergency || !isAbout(place),
  );
  try {
    const missed = [...claimed, ...silent];
    assertReached(request, isAbout, sessions, missed);
    await readHistoryWhereNeeded(sessions);
    const intent = request.intent(sessions.map(({ state }) => state));
    let origin: FlagOrigin | undefined;
    const planNow = (without: readonly string[] = []): FlagPlan => {
      const states = sessions.map(({ state }) => state);
      origin = originOf(request, intent, states, origin);
      const reached = states.filter(({ host }) => !without.includes(host));
      const lost = sessions.filter(({ host }) => without.includes(host)).map(({ place }) => place);
      const gone = [...missed.map(({ place }) => place), ...lost];
      return planChange(request.services, reached, gone, intent, origin);
    };
    const plan = planNow();
    await request.approve(plan, missed);
    if (plan.writes.size === 0) return { plan, missed, failed: [], written: [], processes: [] };
    return { missed, ...(await writeAll(sessions, plan, planNow, request)) };
  } finally {
    for (const session of sessions) session.close();
  }
}

/** Who makes the change; its version is greater than all that were seen, and stays the same unless a later one is. */
function originOf(
  { by, why }: FlagRequest,
  intent: FlagIntent,
  states: readonly HostFlags[],
  before: FlagOrigin | undefined,
): FlagOrigin {
  const seen = states.flatMap(({ copies, notes }) => [
    ...copies.flatMap(({ file, kept, previous }) => [file, kept, ...previous]),
    ...notes,
  ]);
  const versions = seen.flatMap((each) => each?.version ?? []);
  if (before !== undefined && versions.every((version) => version <= before.version)) return before;
  const now = new Date();
  return { version: newFlagVersion(versions, now), changed_at: now.toISOString(), by, why: why(intent) };
}

/** What was missed, or is damaged, can only be understood from what was in force before. */
async function readHistoryWhereNeeded(sessions: readonly FlagSession[]): Promise<void> {
  const needed = sessions.some(
    ({ state }) =>
      state.notes.some(({ restores }) => restores !== undefined) ||
      state.copies.some(({ file, text }) => file === undefined && text !== undefined),
  );
  if (needed) await Promise.all(sessions.map((session) => session.readHistory()));
}

/** An unreachable host is found before anything changes. */
function assertReached(
  { allowPartial }: FlagRequest,
  isAbout: (place: FlagHost) => boolean,
  sessions: readonly FlagSession[],
  missed: readonly MissedHost[],
): void {
  const dead = missed.filter(({ place }) => isAbout(place));
  const [first] = dead;
  const alive = sessions.some(({ place }) => isAbout(place));
  if (first === undefined || (allowPartial && alive)) return;
  throw new UndeError({
    code: 'HOSTS_UNREACHABLE',
    message: `${dead.map(({ place }) => placeText(place)).join(', ')} cannot be reached; nothing was changed`,
    exit: first.error.exit,
    where: { host: first.place.host.name },
    details: dead.map(({ place, error }) => `${place.host.name}: ${error.message}`),
    hint: alive
      ? 'mend it, or add --skip-unreachable: what the host misses is kept for it, and the next flags command mends it'
      : (first.error.hint ?? 'unde doctor'),
  });
}
