import { type Finding, type CheckSubject, hostLine, lineOf, listed } from './finding.ts';

/** What only an operator knows of the network, and has not said yet: whence they log in, and where tunnels end. */
export function checkNetwork(fleet: CheckSubject): readonly Finding[] {
  const built = new Set(fleet.manifests.map(({ name }) => name));
  return [
    ...(built.has('firewall') ? openSsh(fleet) : []),
    ...(built.has('wireguard') ? tunnelsWithoutEnd(fleet) : []),
  ];
}

function openSsh({ inventory }: CheckSubject): Finding[] {
  const setting = (values: Readonly<Record<string, unknown>> | undefined) => values?.['management'];
  const open = inventory.hosts.filter(
    (host) =>
      host.services.includes('firewall') &&
      isEmpty(setting(host.settings['firewall']) ?? setting(inventory.services['firewall']?.settings)),
  );
  if (open.length === 0) return [];
  return [
    {
      code: 'SSH_OPEN_TO_ANYBODY',
      severity: 'warning',
      message: `nothing says where operators log in from, so SSH is open to anybody on ${open.length === inventory.hosts.length ? 'every host' : listed(open.map(({ name }) => name))}`,
      line: lineOf(inventory, 'services', 'firewall'),
      hint: 'services: { firewall: { settings: { management: [NETWORK] } } }',
    },
  ];
}

function tunnelsWithoutEnd({ inventory }: CheckSubject): Finding[] {
  if (inventory.tunnels.length === 0) return [];
  const gateway = inventory.hosts.find((host) => !isEmpty(host.settings['wireguard']?.['gateway']));
  if (gateway === undefined) {
    return [
      {
        code: 'TUNNEL_GATEWAY_MISSING',
        severity: 'warning',
        message: 'no host is said to be the gateway that the tunnels lead to, so there are none',
        line: lineOf(inventory, 'tunnels'),
        hint: 'settings: { wireguard: { gateway: linux, endpoint: ADDRESS } } on that host',
      },
    ];
  }
  const said = gateway.settings['wireguard'] ?? {};
  const needed = ['endpoint', ...(said['gateway'] === 'routeros' ? ['public_key'] : [])];
  const missing = needed.filter((key) => isEmpty(said[key]));
  if (missing.length === 0) return [];
  return [
    {
      code: 'TUNNEL_END_UNKNOWN',
      severity: 'warning',
      message: `the tunnels to ${gateway.name} cannot be deployed in production before its ${listed(missing)} ${missing.length > 1 ? 'are' : 'is'} known`,
      line: hostLine(inventory, gateway, 'settings'),
      hint: `under settings: { wireguard: { ${missing.map((key) => `${key}: …`).join(', ')} } }; docs/network.md says where to find them`,
    },
  ];
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}
