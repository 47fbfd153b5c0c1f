import { UndeError } from '../../lib/common/error/unde-error.ts';
import { networkIn } from '../../lib/desired/network/addresses.ts';
import { pathsTo } from '../../lib/desired/network/paths.ts';
import { sshAccess } from '../../lib/desired/network/ssh-access.ts';
import { gatewayOf, tunnelPlans } from '../../lib/desired/network/tunnels.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';
import { from, listOf, ranges, setOf } from './match.ts';
import { openPorts } from './open.ts';

/**
 * What a host does with packets that are for others: nothing, what its guests need, what the tunnels are for, or
 * everything, where a router in a virtual machine decides.
 */
export type Forwarding = 'drop' | 'guests' | 'tunnels' | 'router';

/** Interfaces of Docker's, Podman's and libvirt's networks. */
const GUESTS = ['docker*', 'br-*', 'podman*', 'virbr*'];

/**
 * What a host does with packets that are for others.
 *
 * @throws UndeError BAD_SETTING
 */
export function forwarding(scope: RenderScope): Forwarding {
  const gateway = gatewayOf(scope);
  if (gateway?.host.name === scope.host.name) return gateway.kind === 'linux' ? 'tunnels' : 'router';
  const said = scope.settings['forward'] ?? 'drop';
  if (said === 'drop' || said === 'guests') return said;
  throw new UndeError({
    code: 'BAD_SETTING',
    message: `services.firewall.settings.forward is drop or guests, not "${said}"`,
    exit: 'config',
    where: { host: scope.host.name },
  });
}

/** Renders the forward chain: its policy, and its rules. */
export function forwardRules(scope: RenderScope): {
  readonly policy: string;
  readonly rules: readonly string[];
} {
  const kind = forwarding(scope);
  if (kind === 'router')
    return {
      policy: 'policy accept;',
      rules: ['# RouterOS, in a virtual machine of this host, has rules of its own.'],
    };
  const rules = { drop: () => [], guests: guestRules, tunnels: tunnelRules }[kind](scope);
  return { policy: 'policy drop;', rules: [...rules, 'counter name "dropped"'] };
}

/** Guests may ask for anything; what others ask of them is asked of the host's port, and declared for it. */
function guestRules(scope: RenderScope): string[] {
  return [
    'ct state established,related accept',
    ...GUESTS.map((name) => `iifname "${name}" accept`),
    ...pathsTo(scope, scope.host).map(({ service, port, protocol, from: source }) =>
      asked(from(scope, source), protocol, port, service),
    ),
    ...openPorts(scope).map(({ source, protocol, port, written }) =>
      asked(source, protocol, port, `setting open: ${written}`),
    ),
  ];
}

function asked(source: string, protocol: string, port: number | string, comment: string): string {
  return `${source}ct status dnat meta l4proto ${protocol} ct original proto-dst ${port} accept comment "${comment}"`;
}

/**
 * Between the tunnels and their site's network, and for operators to SSH beyond the tunnels. No rule asks for the
 * connection's state: where the two directions go different ways, each is still let through. Who may connect to what
 * is for the hosts behind to decide.
 */
function tunnelRules(scope: RenderScope): string[] {
  const tunnels = tunnelPlans(scope);
  const site = scope.inventory.sites.find(({ name }) => name === scope.host.site);
  if (tunnels.length === 0 || site === undefined) return [];
  const names = setOf(tunnels.map((tunnel) => `"${tunnel.interface}"`));
  const beyond = setOf(tunnels.map(({ host }) => scope.addressOf(host)));
  const network = networkIn(scope, site.network);
  const { management } = sshAccess(scope, scope.host, listOf(scope.settings['management']));
  const operators = management.length === 0 ? [''] : ranges(management);
  const ports = setOf(tunnels.map(({ host }) => sshAccess(scope, host, []).port));
  return [
    // A tunnel's packets are smaller than an Ethernet's, and not every path says so.
    'tcp flags syn tcp option maxseg size set rt mtu',
    `iifname ${names} ip saddr ${beyond} ip daddr ${network} accept comment "wireguard: out of the tunnels"`,
    `oifname ${names} ip saddr ${network} ip daddr ${beyond} accept comment "wireguard: into the tunnels"`,
    ...operators.map(
      (source) => `oifname ${names} ${source}tcp dport ${ports} accept comment "ssh: beyond the tunnels"`,
    ),
    'ct state established,related accept',
  ];
}
