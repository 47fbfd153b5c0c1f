import type { LookupAddress } from 'node:dns';
import type http from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseRange, type AddressRange } from '../../../../src/lib/runtime/fetch/address.ts';
import { parseAllowedHost, type AllowedHost } from '../../../../src/lib/runtime/fetch/allow-list.ts';
import { Fetcher, type FetcherOptions } from '../../../../src/lib/runtime/fetch/fetcher.ts';
import { startOrigin, type Origin } from './origin.ts';

const MAX_BYTES = 100_000;
/**
 * Not permitted, and still loopback: should the guard break, nothing leaves this machine. Which addresses the guard
 * refuses is tested beside it, where nothing is ever dialled.
 */
const FORBIDDEN = '127.6.6.6';
const never = new AbortController().signal;
const jpeg = { 'content-type': 'image/jpeg' };

let origin: Origin;
let other: Origin;
let closed: Promise<void>;
const fetchers: Fetcher[] = [];

const redirect = (to: string | (() => string)) => (response: http.ServerResponse) =>
  void response.writeHead(302, { location: typeof to === 'string' ? to : to() }).end();

beforeAll(async () => {
  let noteClosed = () => {};
  closed = new Promise((resolve) => (noteClosed = resolve));
  other = await startOrigin({ '/secret': (response) => void response.writeHead(200, jpeg).end('secret') });
  origin = await startOrigin({
    '/photo': (response) => void response.writeHead(200, jpeg).end('photo'),
    '/untyped': (response) => void response.writeHead(200).end('photo'),
    '/html': (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    '/error': (response) => void response.writeHead(500).end(),
    '/reset': (response) => void response.destroy(),
    '/empty': (response) => void response.writeHead(200, jpeg).end(),
    '/announced': (response) =>
      void response.writeHead(200, { ...jpeg, 'content-length': MAX_BYTES + 1 }).write('x'),
    '/exact': (response) => void response.writeHead(200, jpeg).end(Buffer.alloc(MAX_BYTES)),
    '/chunked': (response) => {
      response.writeHead(200, jpeg);
      response.on('close', noteClosed);
      // Without end: only a reader that hangs up stops it.
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384)));
      };
      response.on('drain', pour);
      pour();
    },
    '/short': (response) => {
      response.writeHead(200, { ...jpeg, 'content-length': 1000 });
      response.write('only this', () => response.destroy());
    },
    '/silent': () => undefined,
    '/dripping': (response) => {
      response.writeHead(200, jpeg);
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    },
    '/moved': redirect('/photo'),
    '/loop': redirect('/loop'),
    '/to-other': redirect(() => `http://${other.host}/secret`),
    '/to-forbidden': redirect(`http://${FORBIDDEN}/latest/meta-data/`),
    '/to-file': redirect('file:///etc/passwd'),
    '/to-user': redirect(() => `http://user:pass@${origin.host}/photo`),
  });
});
afterEach(async () => {
  await Promise.all(fetchers.splice(0).map((fetcher) => fetcher.close()));
});
afterAll(async () => {
  await origin.close();
  await other.close();
});

function fetcher(options: Partial<FetcherOptions> & { hosts?: string[]; ranges?: string[] } = {}): Fetcher {
  const made = new Fetcher({
    policy: {
      hosts: (options.hosts ?? [origin.host]).map((host) => parseAllowedHost(host) as AllowedHost),
      ranges: (options.ranges ?? ['127.0.0.1']).map((range) => parseRange(range) as AddressRange),
    },
    maxBytes: MAX_BYTES,
    deadlineMs: 5000,
    accepts: (type) => type === undefined || type.startsWith('image/'),
    ...options,
  });
  fetchers.push(made);
  return made;
}

const at = (path: string) => `http://${origin.host}${path}`;

describe('Fetcher', () => {
  it.each([
    ['/photo', 'photo'],
    ['/untyped', 'photo'],
    ['/moved', 'photo'],
    ['/empty', ''],
  ])('fetches %s', async (path, body) => {
    expect((await fetcher().bytes(at(path), never)).toString()).toBe(body);
  });

  it('takes as many bytes as it may', async () => {
    expect(await fetcher().bytes(at('/exact'), never)).toHaveLength(MAX_BYTES);
  });

  it.each([
    ['/absent', 'ORIGIN_STATUS'],
    ['/error', 'ORIGIN_STATUS'],
    ['/html', 'WRONG_TYPE'],
    ['/reset', 'ORIGIN_UNREACHABLE'],
    ['/short', 'ORIGIN_UNREACHABLE'],
    ['/announced', 'TOO_LARGE'],
    ['/loop', 'ORIGIN_REDIRECTS'],
    ['/to-other', 'URL_NOT_ALLOWED'],
    ['/to-forbidden', 'URL_NOT_ALLOWED'],
    ['/to-file', 'BAD_URL'],
    ['/to-user', 'BAD_URL'],
  ])('%s is %s', async (path, code) => {
    await expect(fetcher().bytes(at(path), never)).rejects.toMatchObject({ name: 'FetchError', code });
  });

  it('does not ask the host that a redirect off the list leads to', async () => {
    await expect(fetcher().bytes(at('/to-other'), never)).rejects.toThrow();
    expect(other.asked).toEqual([]);
  });

  it('does not follow a redirect to an address that is allowed as a host and not permitted', async () => {
    const hosts = [origin.host, FORBIDDEN];
    await expect(fetcher({ hosts }).bytes(at('/to-forbidden'), never)).rejects.toMatchObject({
      code: 'ADDRESS_NOT_ALLOWED',
    });
  });

  it('hangs up on a body without end as soon as it is too long', async () => {
    await expect(fetcher().bytes(at('/chunked'), never)).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await closed;
  });

  it.each(['/silent', '/dripping'])('gives up on %s at the deadline', async (path) => {
    await expect(fetcher({ deadlineMs: 200 }).bytes(at(path), never)).rejects.toMatchObject({
      code: 'ORIGIN_TIMEOUT',
    });
  });

  it('gives up at once when the client is gone', async () => {
    const client = new AbortController();
    const fetched = fetcher().bytes(at('/silent'), client.signal);
    client.abort(new Error('gone'));
    await expect(fetched).rejects.toThrow('gone');
  });

  it('refuses an address that is not permitted, without asking it', async () => {
    const asked = origin.asked.length;
    await expect(fetcher({ ranges: [] }).bytes(at('/photo'), never)).rejects.toMatchObject({
      code: 'ADDRESS_NOT_ALLOWED',
    });
    expect(origin.asked.length).toBe(asked);
  });

  it('tells an origin that nobody is listening at', async () => {
    const gone = await startOrigin({});
    await gone.close();
    await expect(fetcher({ hosts: [gone.host] }).bytes(`http://${gone.host}/`, never)).rejects.toMatchObject({
      code: 'ORIGIN_UNREACHABLE',
    });
  });
});

describe('Fetcher, by name', () => {
  const port = () => origin.host.split(':')[1] ?? '';
  const named = (answers: LookupAddress[][], ranges?: string[]) => {
    const asked: string[] = [];
    const made = fetcher({
      hosts: [`photos.example:${port()}`],
      ranges,
      resolve: async (hostname) => {
        asked.push(hostname);
        return answers[Math.min(asked.length, answers.length) - 1] ?? [];
      },
    });
    return { made, asked };
  };
  const url = (path = '/photo') => `http://photos.example:${port()}${path}`;
  const loopback: LookupAddress = { address: '127.0.0.1', family: 4 };
  const forbidden: LookupAddress = { address: FORBIDDEN, family: 4 };

  it('resolves once and connects to what it checked, whatever the name says a moment later', async () => {
    const { made, asked } = named([[loopback], [forbidden]]);
    expect((await made.bytes(url(), never)).toString()).toBe('photo');
    expect(asked).toEqual(['photos.example']);
  });

  it.each([
    ['a forbidden address', [forbidden]],
    ['IPv6 loopback', [{ address: '::1', family: 6 }]],
    ['a forbidden address in an IPv6 coat', [{ address: `::ffff:${FORBIDDEN}`, family: 6 }]],
    ['a good address and a bad one', [loopback, forbidden]],
  ])('refuses a name that leads to %s', async (_, answer) => {
    const { made } = named([answer]);
    await expect(made.bytes(url(), never)).rejects.toMatchObject({ code: 'ADDRESS_NOT_ALLOWED' });
  });

  it('refuses the answer that has changed when a new connection is made', async () => {
    const { made } = named([[loopback], [forbidden]]);
    // The origin hangs up, so that the next request needs a new connection.
    await expect(made.bytes(url('/short'), never)).rejects.toMatchObject({ code: 'ORIGIN_UNREACHABLE' });
    await expect(made.bytes(url(), never)).rejects.toMatchObject({ code: 'ADDRESS_NOT_ALLOWED' });
  });

  it('tells a name without an address', async () => {
    const { made } = named([[]]);
    await expect(made.bytes(url(), never)).rejects.toMatchObject({ code: 'ORIGIN_UNREACHABLE' });
  });
});
