import { UndeError } from '../../common/error/unde-error.ts';
import { unreachable } from '../../fleet/ssh/connect.ts';
import { deltaText, type FlagPlan } from './change-plan.ts';
import type { HostFlags } from './host-flags.ts';
import { LOCK_SECONDS } from './host-script.ts';
import type { FlagEvent, FlagSession } from './host-session.ts';
import { deltasOf } from './timeline.ts';

/** How often a lock that was lost while somebody thought is taken anew. */
const ATTEMPTS = 4;

/** A host that was reached and then failed. */
export interface FailedHost {
  readonly host: string;
  readonly error: UndeError;
}

/** How a plan is carried out. */
export interface WriteOptions {
  readonly by: string;
  /** Overrules other operators, and whoever holds a lock. */
  readonly emergency: boolean;
  /** How long the processes may take to run what was written, in seconds. */
  readonly confirmSeconds: number;
  readonly onEvent: (event: FlagEvent) => void;
}

/** What came of it. */
export interface Written {
  readonly plan: FlagPlan;
  readonly written: readonly string[];
  readonly failed: readonly FailedHost[];
  readonly processes: readonly FlagEvent[];
}

/**
 * Writes a plan on all its hosts side by side, under their locks, and waits for the processes.
 *
 * @param planAgain The plan that follows from what the hosts say now; without some hosts, as if they had not been
 *   reached.
 * @throws UndeError FLAGS_CHANGED, LOCKED, before the first write
 */
export async function writeAll(
  sessions: readonly FlagSession[],
  first: FlagPlan,
  planAgain: (without?: readonly string[]) => FlagPlan,
  options: WriteOptions,
): Promise<Written> {
  const processes: FlagEvent[] = [];
  const onEvent = (event: FlagEvent) => {
    processes.push(event);
    options.onEvent(event);
  };
  const written = new Set<string>();
  const failed: FailedHost[] = [];
  let plan = first;
  for (let attempt = 0; ; attempt++) {
    const alive = sessions.filter(({ host }) => !failed.some((each) => each.host === host));
    const writers = alive.filter(({ host }) => plan.writes.has(host));
    if (writers.some(({ state }) => !state.held)) {
      // What this change has begun is made whole: it goes on from whatever is there now.
      const goesOn = options.emergency || written.size > 0;
      await lockInOrder(writers, goesOn);
      if (goesOn) plan = planAgain(failed.map(({ host }) => host));
    }
    const lapsed: string[] = [];
    await Promise.all(
      writers.map(async (session) => {
        const write = plan.writes.get(session.host);
        if (write === undefined) return;
        try {
          const { by, confirmSeconds, emergency } = options;
          const result = await session.write(write, by, confirmSeconds, onEvent, emergency);
          if (result === 'written') written.add(session.host);
          else lapsed.push(session.host);
        } catch (error) {
          failed.push({ host: session.host, error: unreachable({ host: session.host }, error as Error) });
        }
      }),
    );
    if (lapsed.length === 0) break;
    if (attempt < ATTEMPTS) continue;
    if (written.size === 0) throw locked(lapsed[0] ?? '');
    failed.push(...lapsed.map((host) => ({ host, error: locked(host) })));
    break;
  }
  await tidy(sessions, plan, planAgain, failed, options);
  const deltas = plan.deltas.length > 0 ? plan.deltas : first.deltas;
  return { plan: { ...plan, deltas }, written: [...written], failed, processes };
}

/**
 * Takes the locks one after the other, always in the order of the inventory, so that two operators never wait for each
 * other; what was read before must still be so.
 */
async function lockInOrder(sessions: readonly FlagSession[], overrule: boolean): Promise<void> {
  for (const session of sessions) session.unlock();
  for (const session of sessions) {
    const seen = session.state;
    await session.lock();
    if (overrule) continue;
    assertSame(seen, session.state);
    if (!session.state.held) throw locked(session.host);
  }
}

/** The compare of compare-and-set: tells what changed, and who did it. */
function assertSame(seen: HostFlags, now: HostFlags): void {
  for (const copy of now.copies) {
    const before = seen.copies.find(({ service }) => service === copy.service);
    if (before?.text === copy.text) continue;
    const { file } = copy;
    const deltas = deltasOf(copy.service, before?.file, file).map(deltaText);
    throw new UndeError({
      code: 'FLAGS_CHANGED',
      message: `${file?.by ?? 'somebody'} changed the flags of ${copy.service} on ${now.host} while you did; yours were not changed`,
      exit: 'refused',
      where: { host: now.host },
      details: [...deltas, ...(file === undefined ? [] : [`because: ${file.why}`])],
      hint: 'look at what is in force now, unde flags list, and say again what you want',
    });
  }
}

function locked(host: string): UndeError {
  return new UndeError({
    code: 'LOCKED',
    message: `somebody else is changing the flags on ${host}`,
    exit: 'locked',
    where: { host },
    hint: `try again; a lock of flags ends after ${LOCK_SECONDS} s at most`,
  });
}

/**
 * Forgets what was owed to hosts that have it now, and remembers what is owed to those that failed. That is done last:
 * a note too many is harmless, one too few is a host that nobody mends.
 */
async function tidy(
  sessions: readonly FlagSession[],
  plan: FlagPlan,
  planAgain: (without: readonly string[]) => FlagPlan,
  failed: readonly FailedHost[],
  { by }: WriteOptions,
): Promise<void> {
  const dead = failed.map(({ host }) => host);
  const owed = failed.length === 0 ? undefined : planAgain(dead);
  await Promise.all(
    sessions.map(async (session) => {
      const forget = failed.length === 0 ? (plan.forget.get(session.host) ?? []) : [];
      const notes = owed?.writes.get(session.host)?.notes ?? [];
      if (dead.includes(session.host) || (forget.length === 0 && notes.length === 0)) return;
      // Whoever could not write a note down is told by the next command all the same: another host has it.
      await session.write({ files: [], notes, forget }, by, 0, () => undefined, true).catch(() => undefined);
    }),
  );
}
