import type { Host } from '../../inventory/inventory.ts';
import type { Fleet } from '../fleet.ts';
import { connect } from '../ssh/connect.ts';
import type { Connection } from '../ssh/connection.ts';
import { withTimeout } from '../ssh/target.ts';

/** How a host is connected to. */
export interface ConnectOptions {
  /** The longest that the login may take in milliseconds; at most what the inventory gives the host. */
  readonly loginMs?: number | undefined;
  /** Gives up the login. */
  readonly signal?: AbortSignal | undefined;
  /** Leaves the connection open where the work succeeds: it is the caller's to close then. */
  readonly keepOpen?: boolean;
}

/**
 * Connects to a host, works with the connection and closes it.
 *
 * @throws UndeError UNREACHABLE and others of the connection, and what the work throws
 */
export async function withHost<T>(
  fleet: Fleet,
  host: Host,
  work: (connection: Connection) => Promise<T>,
  { loginMs, signal, keepOpen = false }: ConnectOptions = {},
): Promise<T> {
  let connection: Connection | undefined;
  let keep = false;
  try {
    const target = fleet.target(host);
    connection = await connect(loginMs === undefined ? target : withTimeout(target, loginMs), signal);
    const result = await work(connection);
    keep = keepOpen;
    return result;
  } finally {
    if (!keep) connection?.close();
  }
}
