import { tunnelPort } from '../../../desired/network/tunnels.ts';
import type { Tunnel } from '../../../inventory/inventory.ts';
import { type Finding, type CheckSubject, hostLine, lineOf, listed } from './finding.ts';

const ENDS = ['interface', 'local', 'helsinki'] as const satisfies readonly (keyof Tunnel)[];

/** Hosts with WireGuard but no tunnel, tunnels without WireGuard, and ends that two tunnels share. */
export function checkTunnels({ inventory }: CheckSubject): readonly Finding[] {
  const { hosts, tunnels } = inventory;
  const tunnelled = new Set(tunnels.map(({ host }) => host));
  // The far end of all tunnels runs WireGuard too; only the sites that tunnels start from need one for each host.
  const sites = new Set(hosts.filter(({ name }) => tunnelled.has(name)).map(({ site }) => site));
  const missing = hosts
    .filter(
      (host) => sites.has(host.site) && host.services.includes('wireguard') && !tunnelled.has(host.name),
    )
    .map((host): Finding => ({
      code: 'TUNNEL_MISSING',
      severity: 'warning',
      message: `${host.name} runs wireguard, but has no tunnel`,
      line: hostLine(inventory, host),
      hint: `add it under tunnels, with an interface and a pair of addresses of its own`,
    }));
  const unserved = hosts
    .filter((host) => tunnelled.has(host.name) && !host.services.includes('wireguard'))
    .map((host): Finding => ({
      code: 'TUNNEL_WITHOUT_WIREGUARD',
      severity: 'error',
      message: `${host.name} has a tunnel, but wireguard is not placed there`,
      line: lineOf(inventory, 'tunnels', host.name),
      hint: `add wireguard to its services`,
    }));
  const shared = ENDS.flatMap((end) =>
    [...Map.groupBy(tunnels, (tunnel) => tunnel[end])]
      .filter(([, group]) => group.length > 1)
      .map(([value, group]): Finding => ({
        code: 'TUNNEL_END_SHARED',
        severity: 'error',
        message: `${value} is ${end === 'interface' ? 'the interface' : `the ${end} end`} of the tunnels of ${listed(group.map(({ host }) => host))}`,
        line: lineOf(inventory, 'tunnels', group.at(-1)?.host ?? '', end),
        hint: 'give each tunnel its own',
      })),
  );
  const ports = [...Map.groupBy(tunnels, tunnelPort)]
    .filter(([, group]) => group.length > 1)
    .map(([port, group]): Finding => ({
      code: 'TUNNEL_PORT_SHARED',
      severity: 'error',
      message: `the tunnels of ${listed(group.map(({ host }) => host))} would share UDP port ${port} of the gateway`,
      line: lineOf(inventory, 'tunnels', group.at(-1)?.host ?? '', 'local'),
      hint: 'the port follows from the third number of the local address: give each tunnel its own',
    }));
  return [...missing, ...unserved, ...shared, ...ports];
}
