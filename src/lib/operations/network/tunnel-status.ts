import { formatAge } from '../../common/text/time.ts';
import type { EndFacts } from './tunnel-end-script.ts';
import type { TunnelPlan } from '../../desired/network/tunnels.ts';

/** What one end of a tunnel said, or that it could not be asked. */
export type EndWord = EndFacts | 'unreachable' | 'not asked';

/** How one tunnel is. */
export interface TunnelStatus {
  readonly tunnel: string;
  /** The local host that it starts from. */
  readonly from: string;
  /** `unknown`: neither end could be asked. */
  readonly state: 'up' | 'down' | 'unknown';
  readonly rttMs: number | null;
  readonly handshakeAgeSeconds: number | null;
  /** Bytes that the local host got and sent since its interface was made. */
  readonly receivedBytes: number | null;
  readonly sentBytes: number | null;
  /** What is wrong; empty where nothing is. */
  readonly reason: string;
}

/**
 * How a tunnel is, by what its ends say; a pure function. It is up when either end gets an answer through it.
 *
 * @param local What the local host said.
 * @param far What the gateway said; `not asked` where that is RouterOS.
 */
export function tunnelStatus(
  plan: Pick<TunnelPlan, 'interface' | 'host'>,
  gateway: string,
  local: EndWord,
  far: EndWord,
): TunnelStatus {
  const ends = [local, far].filter((end): end is EndFacts => typeof end !== 'string');
  const answered = ends.find(({ rttMs }) => rttMs !== undefined);
  const state = answered !== undefined ? 'up' : ends.length > 0 ? 'down' : 'unknown';
  const own = typeof local === 'string' ? undefined : local;
  const ages = ends.flatMap(({ handshakeAgeSeconds }) => handshakeAgeSeconds ?? []);
  return {
    tunnel: plan.interface,
    from: plan.host.name,
    state,
    rttMs: answered?.rttMs ?? null,
    handshakeAgeSeconds: ages.length === 0 ? null : Math.min(...ages),
    receivedBytes: own?.receivedBytes ?? null,
    sentBytes: own?.sentBytes ?? null,
    reason: reasonOf(plan.host.name, gateway, local, far, state),
  };
}

function reasonOf(
  host: string,
  gateway: string,
  local: EndWord,
  far: EndWord,
  state: TunnelStatus['state'],
): string {
  const named = [
    [host, local],
    [gateway, far],
  ] as const;
  const missing = named.flatMap(([name, end]) =>
    typeof end !== 'string' && !end.present ? [`${name} has no such interface`] : [],
  );
  const silent = named.flatMap(([name, end]) =>
    end === 'unreachable' ? [`${name} could not be asked`] : [],
  );
  if (state === 'up') return silent.join(', ');
  if (missing.length + silent.length > 0) return [...missing, ...silent].join(', ');
  const ages = [local, far].flatMap((end) =>
    typeof end === 'string' ? [] : (end.handshakeAgeSeconds ?? []),
  );
  return ages.length === 0
    ? 'the ends never agreed on keys: the endpoint, the UDP port or a key is wrong'
    : `nothing answers; the ends last agreed on keys ${formatAge(Math.min(...ages))} ago`;
}

/** What needs attention first; else in the order of the inventory. */
export function worstTunnelFirst(statuses: readonly TunnelStatus[]): TunnelStatus[] {
  const rank = { down: 0, unknown: 1, up: 2 } as const;
  return statuses.toSorted((a, b) => rank[a.state] - rank[b.state]);
}
