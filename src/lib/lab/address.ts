import type { Host, Tunnel } from '../inventory/inventory.ts';

/** Who has which address in a lab. The same inventory always gives the same plan, whatever part of it is booted. */
export interface LabAddresses {
  /** By host name. */
  readonly hosts: ReadonlyMap<string, string>;
  /** The two ends of each host's tunnel, by host name, with the prefix length that the inventory gives them. */
  readonly tunnels: ReadonlyMap<string, Pick<Tunnel, 'local' | 'helsinki'>>;
  /** The operator's own, on the bridge of the operator's site. */
  readonly operator: string;
  readonly mirror: string;
  readonly objects: string;
}

/** The prefix length of every address: both sites are one link, so that nothing needs a route. */
export const LAB_PREFIX_LENGTH = 15;

const OPERATOR = '198.18.240.1';
const MIRROR = '198.18.240.2';
const OBJECTS = '198.18.240.3';

/** Never given by the mapping; from here come the addresses of hosts that collide. */
const POOLS = {
  helsinki: { prefix: '198.18', first: 240, last: 255 },
  other: { prefix: '198.19', first: 112, last: 127 },
} as const;

/**
 * Maps the fleet's addresses into 198.18.0.0/15 (RFC 2544): 10.1.y.z → 198.18.y.z, 10.2.y.z → 198.19.y.z and the
 * tunnels' 10.3.y.z → 198.19.(128+y).z. Of hosts with the same address the first in the inventory's order keeps it;
 * the others, and those whose address the rule does not cover, get one from a reserved part of the range.
 */
export function planLabAddresses(fleet: {
  readonly hosts: readonly Pick<Host, 'name' | 'address'>[];
  readonly tunnels: readonly Pick<Tunnel, 'host' | 'local' | 'helsinki'>[];
}): LabAddresses {
  const taken = new Set<string>([OPERATOR, MIRROR, OBJECTS]);
  const take = (original: string): string => {
    const mapped = mapAddress(original);
    const address = mapped === undefined || taken.has(mapped) ? nextFree(original, taken) : mapped;
    taken.add(address);
    return address;
  };
  const hosts = new Map(fleet.hosts.map((host) => [host.name, take(host.address)]));
  const tunnels = new Map(
    fleet.tunnels.map((tunnel) => [
      tunnel.host,
      { local: mapPrefixed(tunnel.local, take), helsinki: mapPrefixed(tunnel.helsinki, take) },
    ]),
  );
  return { hosts, tunnels, operator: OPERATOR, mirror: MIRROR, objects: OBJECTS };
}

/**
 * A network of the fleet as a lab maps it, by the same rule: 10.2.0.0/24 → 198.19.0.0/24.
 *
 * @returns `undefined` for an address or network that is none of the fleet's.
 */
export function mapNetwork(network: string): string | undefined {
  const match = /^10\.([123])\.(\d+)\.(\d+(?:\/(?:1[6-9]|2\d|3[0-2]))?)$/.exec(network);
  if (match === null) return undefined;
  const [, net, third = '', rest = ''] = match;
  if (net === '1') return `198.18.${third}.${rest}`;
  return `198.19.${Number(third) + (net === '3' ? 128 : 0)}.${rest}`;
}

function mapPrefixed(text: string, take: (address: string) => string): string {
  const [address = '', length] = text.split('/');
  return length === undefined ? take(address) : `${take(address)}/${length}`;
}

/** The rule by itself; `undefined` where it does not apply, or leads into a reserved part. */
function mapAddress(address: string): string | undefined {
  const match = /^10\.([123])\.(\d+)\.(\d+)$/.exec(address);
  if (match === null) return undefined;
  const [, net, third = '', fourth = ''] = match;
  const y = Number(third);
  const z = Number(fourth);
  if (net === '1') return y >= POOLS.helsinki.first || (y === 0 && z === 0) ? undefined : `198.18.${y}.${z}`;
  if (net === '2') return y >= POOLS.other.first ? undefined : `198.19.${y}.${z}`;
  return y >= 128 || (y === 127 && z === 255) ? undefined : `198.19.${128 + y}.${z}`;
}

function nextFree(original: string, taken: ReadonlySet<string>): string {
  const pool = original.startsWith('10.1.') ? POOLS.helsinki : POOLS.other;
  for (let third: number = pool.first; third <= pool.last; third++) {
    for (let fourth = 10; fourth < 255; fourth++) {
      const address = `${pool.prefix}.${third}.${fourth}`;
      if (!taken.has(address)) return address;
    }
  }
  throw new Error(`no free address is left in ${pool.prefix}.${pool.first}.0/20 for ${original}`);
}
