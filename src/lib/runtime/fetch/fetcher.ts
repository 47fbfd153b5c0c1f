import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { Agent, type Dispatcher } from 'undici';
import { resolveName } from '../../common/dial/guard.ts';
import { guardedConnector } from '../call/guarded-connector.ts';
import { mayFetchFrom, type AddressRange } from './address.ts';
import { checkUrl, type FetchPolicy } from './allow-list.ts';
import { FetchError } from './fetch-error.ts';

/** How names become addresses; tests give their own. */
export type Resolver = (hostname: string) => Promise<readonly LookupAddress[]>;

/** Bounds of a {@link Fetcher}. */
export interface FetcherOptions {
  readonly policy: FetchPolicy;
  /** A longer body is cut off there, and is an error. */
  readonly maxBytes: number;
  /** From the first byte sent to the last one received, redirects included, in milliseconds. */
  readonly deadlineMs: number;
  /** Whether a body of that media type is taken; undefined where the origin names none. */
  readonly accepts: (type: string | undefined) => boolean;
  readonly resolve?: Resolver;
}

const MAX_REDIRECTS = 3;

/**
 * Fetches URLs that strangers name, without letting them choose where this process connects to. Hosts are on an
 * allow-list; a name is resolved once for a connection, all its addresses are checked, and the connection goes to
 * what was checked, so an answer that changes afterwards changes nothing; every redirect is checked like a new
 * URL; bytes and time are bounded.
 */
export class Fetcher {
  readonly #options: FetcherOptions;
  readonly #agent: Agent;

  constructor(options: FetcherOptions) {
    this.#options = options;
    this.#agent = new Agent({
      connect: guardedConnector({
        timeoutMs: options.deadlineMs,
        lookup: permittedLookup(options.resolve ?? resolveName, options.policy.ranges),
      }),
      headersTimeout: options.deadlineMs,
      bodyTimeout: options.deadlineMs,
      keepAliveTimeout: 10_000,
    });
  }

  /**
   * The body behind a URL.
   *
   * @param signal Gives up at once when it is aborted; its reason is thrown.
   * @throws FetchError
   */
  async bytes(text: string, signal: AbortSignal): Promise<Buffer> {
    let url = checkUrl(text, this.#options.policy);
    const deadline = AbortSignal.timeout(this.#options.deadlineMs);
    const either = AbortSignal.any([signal, deadline]);
    try {
      for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
        const response = await this.#get(url, either);
        const location = redirectOf(response);
        if (location === undefined) return await this.#body(response, url);
        response.body.on('error', () => undefined).destroy();
        url = checkUrl(location, this.#options.policy, url);
      }
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof FetchError) throw cause;
      if (deadline.aborted) {
        const seconds = this.#options.deadlineMs / 1000;
        throw new FetchError('ORIGIN_TIMEOUT', `${url.host} did not deliver within ${seconds} s`, cause);
      }
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new FetchError('ORIGIN_UNREACHABLE', `${url.host} cannot be fetched from: ${why}`, cause);
    }
    throw new FetchError('ORIGIN_REDIRECTS', `more than ${MAX_REDIRECTS} redirects`);
  }

  /** Closes the connections. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }

  #get(url: URL, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    return this.#agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      // Packed bodies would have to be unpacked under a bound of their own; photos gain nothing by it.
      headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'unde' },
      signal,
    });
  }

  async #body(response: Dispatcher.ResponseData, url: URL): Promise<Buffer> {
    const { maxBytes } = this.#options;
    const body = response.body.on('error', () => undefined);
    try {
      if (response.statusCode !== 200) {
        throw new FetchError('ORIGIN_STATUS', `${url.host} answered ${response.statusCode}`);
      }
      const type = header(response, 'content-type')?.split(';')[0]?.trim().toLowerCase();
      if (!this.#options.accepts(type || undefined)) {
        throw new FetchError('WRONG_TYPE', `${url.host} answered with ${type ?? 'no type'}, not an image`);
      }
      if (Number(header(response, 'content-length')) > maxBytes) throw tooLarge(maxBytes);
      const chunks: Buffer[] = [];
      let size = 0;
      // The header may lie, or be absent: what counts is what arrives.
      for await (const chunk of body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > maxBytes) throw tooLarge(maxBytes);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks, size);
    } finally {
      body.destroy();
    }
  }
}

/** Resolves a name and hands on only addresses that may be connected to; one that may not spoils the whole answer. */
function permittedLookup(resolve: Resolver, ranges: readonly AddressRange[]): LookupFunction {
  const checked = callbackify(async (hostname: string): Promise<[LookupAddress, ...LookupAddress[]]> => {
    const [first, ...others] = await resolve(hostname);
    if (first === undefined) throw new FetchError('ORIGIN_UNREACHABLE', `${hostname} has no address`);
    const addresses: [LookupAddress, ...LookupAddress[]] = [first, ...others];
    if (addresses.every(({ address }) => mayFetchFrom(address, ranges))) return addresses;
    throw new FetchError(
      'ADDRESS_NOT_ALLOWED',
      `${hostname} leads to an address that is not public, nor permitted`,
    );
  });
  return (hostname, options, callback) =>
    checked(hostname, (error, addresses) => {
      if (error !== null) callback(error, '');
      else if (options.all === true) callback(null, addresses);
      else callback(null, addresses[0].address, addresses[0].family);
    });
}

function redirectOf(response: Dispatcher.ResponseData): string | undefined {
  return [301, 302, 303, 307, 308].includes(response.statusCode) ? header(response, 'location') : undefined;
}

function header(response: Dispatcher.ResponseData, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function tooLarge(maxBytes: number): FetchError {
  return new FetchError('TOO_LARGE', `the image has more than ${maxBytes} bytes`);
}
