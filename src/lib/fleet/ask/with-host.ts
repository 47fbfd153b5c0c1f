import type { Host } from '../../inventory/inventory.ts';
import type { Fleet } from '../fleet.ts';
import { connect } from '../ssh/connect.ts';
import type { Connection } from '../ssh/connection.ts';
import { withTimeout, type SshTarget } from '../ssh/target.ts';

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
  const target = fleet.target(host);
  const connection = await login(loginMs === undefined ? target : withTimeout(target, loginMs), signal);
  let keep = false;
  try {
    const result = await work(connection);
    keep = keepOpen;
    return result;
  } finally {
    if (!keep) connection.close();
  }
}

/** Logs in. What becomes of the connection afterwards is no business of the signal's. */
async function login(target: SshTarget, signal: AbortSignal | undefined): Promise<Connection> {
  const abort = new AbortController();
  const giveUp = () => abort.abort();
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    signal?.throwIfAborted();
    return await connect(target, abort.signal);
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}
