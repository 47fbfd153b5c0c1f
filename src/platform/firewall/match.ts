import { isIPv4, isIPv6 } from 'node:net';
import { UndeError } from '../../lib/common/error/unde-error.ts';
import type { PathSource } from '../../lib/desired/network/paths.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';

/** How many addresses stand on one line of a set. */
const PER_LINE = 8;

/** Renders the set of all of the fleet's addresses. */
export function fleetSet(addresses: readonly string[]): string {
  const lines = Array.from({ length: Math.ceil(addresses.length / PER_LINE) }, (_, line) =>
    addresses.slice(line * PER_LINE, (line + 1) * PER_LINE).join(', '),
  );
  return `	set fleet {
		type ipv4_addr
		comment "every host, and the ends of the tunnels"
		elements = { ${lines.join(',\n\t\t\t')} }
	}`;
}

/** Renders what a packet's source must be, with a space behind it; nothing for anybody at all. */
export function from(scope: RenderScope, source: PathSource): string {
  if (source === 'internet') return '';
  if (source === 'fleet') return 'ip saddr @fleet ';
  return `ip saddr ${setOf(source.map(scope.addressOf))} `;
}

/**
 * Renders matches of the source for addresses and networks, one for each family that occurs.
 *
 * @throws UndeError BAD_SETTING
 */
export function ranges(written: readonly string[]): string[] {
  const wrong = written.find((text) => familyOf(text) === undefined);
  if (wrong !== undefined) {
    throw new UndeError({
      code: 'BAD_SETTING',
      message: `services.firewall.settings: "${wrong}" is no address or network`,
      exit: 'config',
      hint: 'write it like 203.0.113.7, 10.1.0.0/16 or 2001:db8::/48',
    });
  }
  return (['ip', 'ip6'] as const).flatMap((family) => {
    const members = written.filter((text) => familyOf(text) === family);
    return members.length === 0 ? [] : [`${family} saddr ${setOf(members)} `];
  });
}

/** Renders one value as it is, several as a set. */
export function setOf(values: readonly (string | number)[]): string {
  const different = [...new Set(values)];
  return different.length === 1 ? String(different[0]) : `{ ${different.join(', ')} }`;
}

function familyOf(text: string): 'ip' | 'ip6' | undefined {
  const [address = '', length, more] = text.split('/');
  const family = isIPv4(address) ? 'ip' : isIPv6(address) ? 'ip6' : undefined;
  if (family === undefined || more !== undefined) return undefined;
  if (length === undefined) return family;
  return /^\d{1,3}$/.test(length) && Number(length) <= (family === 'ip' ? 32 : 128) ? family : undefined;
}

/** A list setting's items. */
export function listOf(setting: string | undefined): string[] {
  return (setting ?? '').split(',').filter((item) => item !== '');
}
