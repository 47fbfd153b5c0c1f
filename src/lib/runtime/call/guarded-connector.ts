import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { guardConnect } from '../../common/dial/guard.ts';

/** How an HTTP client connects. */
export interface ConnectorOptions {
  /** How long a connection may take to be made, in milliseconds; 0 leaves it to the deadline of each request. */
  readonly timeoutMs: number;
  /** Resolves names; the system's resolver unless given. */
  readonly lookup?: LookupFunction;
}

/**
 * How undici connects, with the lab's guard before it (see {@link guardConnect}).
 *
 * @throws UndeError OUTSIDE_LAB, by way of the request
 */
export function guardedConnector(
  { timeoutMs, lookup }: ConnectorOptions,
  env: NodeJS.ProcessEnv = process.env,
): buildConnector.connector {
  const connect = buildConnector({ timeout: timeoutMs, ...guardConnect({ lookup }, env) });
  return (options, callback) => {
    try {
      guardConnect({ host: options.hostname.replace(/^\[|\]$/g, '') }, env);
    } catch (refused) {
      return callback(refused as Error, null);
    }
    connect(options, callback);
  };
}
