import dns, { type LookupAddress } from 'node:dns';
import net, { type LookupFunction } from 'node:net';
import { UndeError } from '../error/unde-error.ts';
import { isLabAddress } from './dial.ts';

/** What the guard needs to know of a connection that is about to be opened. */
export interface ConnectTarget {
  /** An address or a name; absent for what is no TCP connection. */
  readonly host?: string | undefined;
  readonly lookup?: LookupFunction | undefined;
}

/**
 * The lab's guard for clients that open TCP connections themselves: the options for `net.connect` or `tls.connect` with
 * which nothing but the lab and loopback can be reached where `UNDE_ONLY_LAB` is set, as in every test. An address is
 * checked at once, and a name by the addresses that it resolves to. Without that variable the options are as they were.
 *
 * @throws UndeError OUTSIDE_LAB; for a name, the socket fails with it
 */
export function guardConnect<Options extends ConnectTarget>(
  options: Options,
  env: NodeJS.ProcessEnv = process.env,
): Options {
  if (!env['UNDE_ONLY_LAB']) return options;
  const { host, lookup } = options;
  if (host !== undefined && net.isIP(host) !== 0 && !isLabAddress(host)) throw outsideLab(host);
  return { ...options, lookup: guardedLookup(lookup) };
}

/** A socket for a client that connects it by itself, to a port and a host: {@link guardConnect} stands before that. */
export class GuardedSocket extends net.Socket {
  override connect(port: unknown, host?: unknown): this {
    if (typeof port !== 'number' || typeof host !== 'string')
      throw new TypeError('expected a port and a host');
    try {
      return super.connect(guardConnect({ port, host }));
    } catch (refused) {
      return this.destroy(refused as Error);
    }
  }
}

/**
 * All addresses of a name, as the system's resolver knows them. Under the guard it is asked for `localhost` only: the
 * question to a name server is a packet to the outside, too.
 *
 * @throws UndeError OUTSIDE_LAB, and what the resolver throws
 */
export async function resolveName(
  hostname: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<readonly LookupAddress[]> {
  if (env['UNDE_ONLY_LAB'] && hostname !== 'localhost') throw outsideLab(hostname);
  return dns.promises.lookup(hostname, { all: true });
}

/**
 * Resolves names, and answers only what is in the lab.
 *
 * @param lookup A resolver of one's own; without one the system's, for `localhost` only (see {@link resolveName}).
 */
function guardedLookup(lookup: LookupFunction | undefined): LookupFunction {
  return (hostname, options, callback) => {
    if (lookup === undefined && hostname !== 'localhost') return callback(outsideLab(hostname), '');
    (lookup ?? dns.lookup)(hostname, options, (error, found, family) => {
      if (error !== null) return callback(error, found, family);
      const addresses = typeof found === 'string' ? [found] : found.map(({ address }) => address);
      // Any of them may be the one that is connected to.
      const outside = addresses.find((address) => !isLabAddress(address));
      if (outside === undefined) callback(null, found, family);
      else callback(outsideLab(`${outside}, which is ${hostname}`), '');
    });
  };
}

function outsideLab(where: string): UndeError {
  return new UndeError({
    code: 'OUTSIDE_LAB',
    message: `refused to connect to ${where}: only 198.18.0.0/15 and loopback may be reached here`,
    exit: 'refused',
    hint: 'UNDE_ONLY_LAB is set, so that no test can reach the fleet; nothing was sent',
  });
}
