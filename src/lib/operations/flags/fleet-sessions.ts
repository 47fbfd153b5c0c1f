import { UndeError } from '../../common/error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { sideBySide } from '../../fleet/ask/side-by-side.ts';
import { assertDeployable } from '../../inventory/address-claims.ts';
import { unreachable } from '../../fleet/ssh/connect.ts';
import type { HostFlags } from './host-flags.ts';
import type { FlagHost } from './readers.ts';
import { FlagSession, type SessionOptions } from './host-session.ts';

/** A host whose flags could not be read, and why. */
export interface MissedHost {
  readonly place: FlagHost;
  readonly error: UndeError;
}

/** The hosts that could be reached, and the others. */
export interface Sessions {
  /** In the order of the inventory. */
  readonly sessions: readonly FlagSession[];
  readonly missed: readonly MissedHost[];
}

/** How much later than the first host one may answer that nobody wants to wait for, in milliseconds. */
const GRACE_MS = 5_000;

/**
 * Opens a session with every host at once; no host waits for another.
 *
 * @param dispensable Whether a host is given up when it answers long after the others.
 */
export async function openSessions(
  fleet: Fleet,
  places: readonly FlagHost[],
  options: (place: FlagHost) => SessionOptions,
  dispensable: (place: FlagHost) => boolean = () => false,
): Promise<Sessions> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const opened = await sideBySide(places, async (place) => {
    try {
      const signal = dispensable(place) ? { signal: late.signal } : {};
      const session = await FlagSession.open(fleet, place, { ...options(place), ...signal });
      timer ??= setTimeout(() => late.abort(), GRACE_MS);
      return session;
    } catch (error) {
      return { place, error: unreachable({ host: place.host.name }, error as Error) };
    }
  }).finally(() => clearTimeout(timer));
  return {
    sessions: opened.flatMap((each) => (each instanceof FlagSession ? [each] : [])),
    missed: opened.flatMap((each) => (each instanceof FlagSession ? [] : [each])),
  };
}

/** What every host says of its flags; the connections are closed again. */
export async function readFlags(
  fleet: Fleet,
  places: readonly FlagHost[],
  options: Pick<SessionOptions, 'previous' | 'probe'>,
): Promise<{ states: HostFlags[]; missed: readonly MissedHost[] }> {
  const { sessions, missed } = await openSessions(fleet, places, () => ({ ...options, lock: false }));
  for (const session of sessions) session.close();
  return { states: sessions.map(({ state }) => state), missed };
}

/**
 * Places on hosts that may be changed, and those on hosts whose address another host of the inventory claims: in
 * production nobody knows which of the two would answer.
 */
export function unclaimed(
  fleet: Fleet,
  places: readonly FlagHost[],
): { readonly free: FlagHost[]; readonly claimed: MissedHost[] } {
  const free: FlagHost[] = [];
  const claimed: MissedHost[] = [];
  for (const place of places) {
    try {
      if (fleet.context.name === 'production') assertDeployable(fleet.inventory, place.host);
      free.push(place);
    } catch (error) {
      if (!(error instanceof UndeError)) throw error;
      claimed.push({ place, error });
    }
  }
  return { free, claimed };
}
