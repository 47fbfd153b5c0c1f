import type { Fleet } from '../../fleet/fleet.ts';
import type { Host } from '../../inventory/inventory.ts';
import { connect } from '../../fleet/ssh/connect.ts';
import type { Connection } from '../../fleet/ssh/connection.ts';
import type { Database } from '../../manifest/endpoints/database.ts';
import { databaseHost } from './database-host.ts';
import { openSession, type DatabaseSession } from './session.ts';

/** A database, open for its administrator. */
export interface Administration {
  readonly host: Host;
  readonly connection: Connection;
  /** Opens a session; all end with the administration. */
  readonly session: () => Promise<DatabaseSession>;
}

/**
 * Opens a database over SSH, and closes it whatever comes of it.
 *
 * @param name What others see of its sessions, e.g. `unde db migrate by kim@ops`.
 * @param signal Breaks off: the server takes back what was not committed.
 * @throws UndeError NO_DATABASE_HOST, NOT_IN_LAB, NO_POSTGRES, DATABASE_REFUSED
 */
export async function administer<T>(
  fleet: Fleet,
  database: Database,
  name: string,
  work: (administration: Administration) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const host = databaseHost(fleet, database);
  const connection = await connect(fleet.target(host), signal);
  const sessions: DatabaseSession[] = [];
  const breakOff = () => connection.close();
  signal?.addEventListener('abort', breakOff, { once: true });
  try {
    return await work({
      host,
      connection,
      session: async () => {
        const session = await openSession(connection, database, name);
        sessions.push(session);
        return session;
      },
    });
  } finally {
    signal?.removeEventListener('abort', breakOff);
    await Promise.all(sessions.map((session) => session.close().catch(() => undefined)));
    connection.close();
  }
}
