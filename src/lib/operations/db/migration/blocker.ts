import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseSession } from '../session.ts';

/** A session that another one waits for. */
export interface Blocker {
  readonly pid: number;
  readonly user: string;
  readonly application: string;
  readonly state: string;
  /** How long its transaction has been open, in seconds. */
  readonly seconds: number;
  readonly query: string;
}

/** Watches who blocks a session. Stop it. */
export interface BlockerWatch {
  /** Who blocked it when it was blocked last; nobody, if it never was. */
  readonly last: readonly Blocker[];
  stop(): Promise<void>;
}

/** How often to look, in milliseconds. */
const LOOK_MS = 200;

/**
 * Watches, from a session of its own, who blocks another one: when that one's patience ends, nobody can be asked any
 * more.
 *
 * @param onBlocked Called whenever others than before are in the way.
 */
export function watchBlockers(
  watcher: DatabaseSession,
  pid: number,
  onBlocked: (blockers: readonly Blocker[]) => void,
): BlockerWatch {
  const stopping = new AbortController();
  const watch = { last: [] as readonly Blocker[] };
  let told = '';
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const found = await blockersOf(watcher, pid);
      if (found.length > 0) {
        watch.last = found;
        const names = found.map((blocker) => blocker.pid).join();
        if (names !== told) onBlocked(found);
        told = names;
      }
      await sleep(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  // A watcher that is lost takes nothing with it but its knowledge.
  const ended = running.catch(() => undefined);
  return {
    get last() {
      return watch.last;
    },
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

function blockersOf(watcher: DatabaseSession, pid: number): Promise<Blocker[]> {
  return watcher.rows<Blocker>(
    `SELECT pid, coalesce(usename, '') AS user, application_name AS application, coalesce(state, '') AS state,
            coalesce(round(extract(epoch FROM now() - xact_start)), 0)::int AS seconds,
            left(regexp_replace(query, '\\s+', ' ', 'g'), 120) AS query
     FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids($1)) ORDER BY xact_start`,
    [pid],
  );
}

/** A blocker in one line. */
export function describeBlocker({ pid, user, application, state, seconds, query }: Blocker): string {
  const who = application === '' ? user : `${user} (${application})`;
  return `pid ${pid}, ${who}, ${state}, transaction open for ${seconds} s: ${query}`;
}
