import { pathsTo, type DeclaredPath } from '../../lib/desired/network/paths.ts';
import { sshAccess } from '../../lib/desired/network/ssh-access.ts';
import { bare, tunnelPlans } from '../../lib/desired/network/tunnels.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';
import { forwardRules } from './forward.ts';
import { fleetSet, from, listOf, ranges } from './match.ts';
import { openPorts } from './open.ts';

/** What must pass for connections to work at all, whatever is declared. */
const ALWAYS = [
  'iifname "lo" accept',
  'ct state established,related accept',
  'ct state invalid counter drop comment "belongs to no connection"',
  // Without these a path's largest packet is never found, and IPv6 finds no neighbour.
  'icmp type { destination-unreachable, time-exceeded, parameter-problem } accept',
  'icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept',
  'udp sport 67 udp dport 68 accept comment "addresses from the provider"',
  'ip6 saddr fe80::/10 udp sport 547 udp dport 546 accept comment "addresses from the provider"',
];

/** What happens to the rest: the noise of a link silently, everything else counted, and logged now and then. */
const REST = [
  'meta pkttype { broadcast, multicast } drop',
  'limit rate 10/minute burst 20 packets log prefix "unde drop: "',
  'counter name "dropped"',
];

/**
 * Renders a host's rules for nft(8); a pure function. The table is replaced as a whole in one transaction; tables of
 * others, Docker's above all, stay as they are.
 */
export function renderRuleset(scope: RenderScope): string {
  const ends = tunnelPlans(scope).flatMap(({ local, helsinki }) => [bare(local), bare(helsinki)]);
  const fleet = [...new Set([...scope.hosts.map(scope.addressOf), ...ends])];
  const forward = forwardRules(scope);
  const input = [
    ...ALWAYS,
    'ip saddr @fleet icmp type echo-request accept comment "ping inside the fleet"',
    ...sshRules(scope),
    ...pathRules(scope),
    ...openPorts(scope).map(
      ({ source, protocol, port, written }) =>
        `${source}${protocol} dport ${port} accept comment "setting open: ${written}"`,
    ),
    ...REST,
  ];
  return `#!/usr/sbin/nft -f
# Rendered by unde from the manifests and the inventory; changes made here are drift.

table inet unde
delete table inet unde

table inet unde {
${fleetSet(fleet)}
	counter dropped { comment "what no rule let through" }

	chain input {
		type filter hook input priority filter; policy drop;
${indented(input)}
	}

	chain forward {
		type filter hook forward priority filter; ${forward.policy}
${indented(forward.rules)}
	}
}
`;
}

function sshRules(scope: RenderScope): string[] {
  const { port, management, jumps } = sshAccess(scope, scope.host, listOf(scope.settings['management']));
  const rule = (source: string, who: string) => `${source}tcp dport ${port} accept comment "ssh: ${who}"`;
  if (management.length === 0) return [rule('', 'anybody, until management says who')];
  return [
    ...ranges(management).map((source) => rule(source, 'management')),
    ...(jumps.length === 0 ? [] : [rule(from(scope, jumps), `jump host ${jumps[0]?.name}`)]),
  ];
}

function pathRules(scope: RenderScope): string[] {
  return pathsTo(scope, scope.host).map(
    (path) =>
      `${from(scope, path.from)}${path.protocol} dport ${path.port} accept comment "${comment(path)}"`,
  );
}

/** The kernel keeps 128 bytes of a comment. */
const COMMENT_LIMIT = 120;

function comment({ service, why, from: source }: DeclaredPath): string {
  const who = why === 'planned' && typeof source === 'string' ? `planned, open to the ${source}` : why;
  return `${service}, ${who}`.slice(0, COMMENT_LIMIT);
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `\t\t${line}`).join('\n');
}
