import { setTimeout as sleep } from 'node:timers/promises';
import { UndeError } from '../../../common/error/unde-error.ts';
import type { DatabaseSession } from '../session.ts';

/** The key of the advisory lock that migrations take turns by: "unde" in ASCII, and one for migrations. */
const KEY = [0x756e6465, 1] as const;

/** How often a waiting one asks, in milliseconds. */
const ASK_MS = 250;

/** Who migrates at the moment. */
export interface Holder {
  /** What its session calls itself. */
  readonly name: string;
  /** ISO 8601. */
  readonly since: string;
}

/**
 * Waits for the turn to migrate a database. The session holds it; it ends with the session, however that ends.
 *
 * @param waitMs For how long to wait for others.
 * @param onWait Called once with who has the turn, where somebody has.
 * @throws UndeError LOCKED
 */
export async function takeTurn(
  session: DatabaseSession,
  waitMs: number,
  onWait: (holder: Holder) => void,
): Promise<void> {
  const deadline = Date.now() + waitMs;
  for (let told = false; ; told = true) {
    const [turn] = await session.rows<{ mine: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS mine', KEY);
    if (turn?.mine === true) return;
    const holder = await holderOf(session);
    if (holder !== undefined && !told) onWait(holder);
    if (Date.now() >= deadline) {
      throw new UndeError({
        code: 'LOCKED',
        message: `"${holder?.name ?? 'another session'}" migrates this database${holder === undefined ? '' : ` since ${holder.since}`}, and did not end within ${waitMs / 1000} s`,
        exit: 'locked',
        hint: 'wait for it, or give --wait more seconds; the lock ends with its session',
      });
    }
    await sleep(ASK_MS);
  }
}

async function holderOf(session: DatabaseSession): Promise<Holder | undefined> {
  const [holder] = await session.rows<{ name: string; since: string }>(
    `SELECT a.application_name AS name,
            to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since
     FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1::oid AND l.objid = $2::oid AND l.objsubid = 2
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [...KEY],
  );
  return holder;
}
