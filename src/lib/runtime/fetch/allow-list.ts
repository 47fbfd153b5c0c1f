import net from 'node:net';
import { mayFetchFrom, type AddressRange } from './address.ts';
import { FetchError } from './fetch-error.ts';

/** One entry of an allow-list. */
export interface AllowedHost {
  /** In lower case; an IPv6 address in brackets. */
  readonly host: string;
  /** Whether hosts below it are meant, instead of itself. */
  readonly below: boolean;
  /** The one port that is allowed; without it, the scheme's own. */
  readonly port: string | undefined;
}

/** Where a fetch may go. */
export interface FetchPolicy {
  readonly hosts: readonly AllowedHost[];
  /** Ranges that are not public and are permitted all the same. */
  readonly ranges: readonly AddressRange[];
}

const ENTRY = /^(\*\.)?(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?$/;

/**
 * Parses an entry of an allow-list: `host`, `host:port` or `*.domain`.
 *
 * @returns undefined for what is none of them.
 */
export function parseAllowedHost(entry: string): AllowedHost | undefined {
  const match = ENTRY.exec(entry.toLowerCase());
  if (match === null) return undefined;
  return { host: match[2] ?? '', below: match[1] !== undefined, port: match[3] };
}

/**
 * Parses a URL and checks it against a policy. The parser has turned decimal, octal and hexadecimal addresses into
 * plain ones by then. What a name resolves to is checked later, when the connection is made.
 *
 * @throws FetchError BAD_URL, URL_NOT_ALLOWED, ADDRESS_NOT_ALLOWED
 */
export function checkUrl(text: string, policy: FetchPolicy, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  if (url === null) throw new FetchError('BAD_URL', 'image_url is not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new FetchError('BAD_URL', `only http and https are fetched, not ${url.protocol}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new FetchError('BAD_URL', 'a URL with a user name or a password in it is not fetched');
  }
  if (!policy.hosts.some((entry) => allows(entry, url))) {
    throw new FetchError('URL_NOT_ALLOWED', `${url.host} is not on the list of hosts to fetch from`);
  }
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (net.isIP(literal) !== 0 && !mayFetchFrom(literal, policy.ranges)) {
    throw new FetchError('ADDRESS_NOT_ALLOWED', `${url.hostname} is not a public address, nor permitted`);
  }
  return url;
}

function allows(entry: AllowedHost, url: URL): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (entry.port === undefined ? url.port !== '' : entry.port !== port) return false;
  return entry.below ? url.hostname.endsWith(`.${entry.host}`) : url.hostname === entry.host;
}
