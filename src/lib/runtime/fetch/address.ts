import ipaddr from 'ipaddr.js';
import { isLabAddress } from '../../common/dial/dial.ts';

/** A range of addresses in CIDR notation, parsed. */
export type AddressRange = ReturnType<typeof ipaddr.parseCIDR>;

/**
 * Parses a range such as `10.1.0.0/16` or `fd00::/8`; a lone address is a range of one.
 *
 * @returns undefined for what is neither.
 */
export function parseRange(text: string): AddressRange | undefined {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  // `isValid` alone would take `10.1`, which old parsers read as 10.0.0.1.
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/**
 * Whether a fetch may connect to an address: it is public, or inside a range that is permitted by name. Loopback,
 * private, link-local (the clouds' metadata services) and every other special range are none of them public; an
 * IPv4 address in an IPv6 coat is judged as the IPv4 address that it is.
 */
export function mayFetchFrom(
  text: string,
  permitted: readonly AddressRange[],
  env: NodeJS.ProcessEnv = process.env,
): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  // The safety rule of tests and labs stands above the configuration.
  if (env['UNDE_ONLY_LAB'] && !isLabAddress(address.toString())) return false;
  return address.range() === 'unicast' || permitted.some((range) => contains(range, address));
}

function contains(range: AddressRange, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return range[0].kind() === address.kind() && address.match(range);
}
