import type { LookupAddress } from 'node:dns';
import net, { type LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import { guardConnect, GuardedSocket, resolveName } from '../../../../src/lib/common/dial/guard.ts';

const ONLY_LAB = { UNDE_ONLY_LAB: '1' };
const OUTSIDE_LAB = expect.objectContaining({ code: 'OUTSIDE_LAB', exit: 'refused' }) as unknown;

/** A resolver that answers these addresses, and keeps the names that it was asked for. */
function resolver(...addresses: string[]): { lookup: LookupFunction; asked: string[] } {
  const asked: string[] = [];
  const all = addresses.map((address): LookupAddress => ({ address, family: net.isIP(address) }));
  return {
    asked,
    lookup: (hostname, options, callback) => {
      asked.push(hostname);
      if (options.all === true) callback(null, all);
      else callback(null, addresses[0] ?? '', 4);
    },
  };
}

function resolve(lookup: LookupFunction | undefined, hostname: string, all = true): Promise<unknown> {
  return new Promise((done, fail) => {
    if (lookup === undefined) throw new Error('there is no guard');
    lookup(hostname, { all }, (error, found) => (error === null ? done(found) : fail(error)));
  });
}

describe('guardConnect', () => {
  it('takes an address of the lab, and refuses any other before a socket is made', () => {
    expect(guardConnect({ host: '198.18.0.1', port: 1 }, ONLY_LAB)).toMatchObject({
      host: '198.18.0.1',
      port: 1,
    });
    for (const host of ['203.0.113.1', '10.1.0.15', '169.254.169.254', '::ffff:10.1.0.15', '2001:db8::1']) {
      expect(() => guardConnect({ host }, ONLY_LAB)).toThrow(OUTSIDE_LAB);
    }
  });

  it.each([true, false])('judges a name by what it resolves to (all: %s)', async (all) => {
    const inside = resolver('198.18.0.1');
    await expect(
      resolve(guardConnect({ host: 'photos', ...inside }, ONLY_LAB).lookup, 'photos', all),
    ).resolves.toBeDefined();
    const outside = resolver('203.0.113.1');
    await expect(
      resolve(guardConnect({ host: 'localhost', ...outside }, ONLY_LAB).lookup, 'localhost', all),
    ).rejects.toEqual(OUTSIDE_LAB);
  });

  it('refuses a name of which any address lies outside', async () => {
    const mixed = resolver('127.0.0.1', '10.1.0.15');
    await expect(resolve(guardConnect(mixed, ONLY_LAB).lookup, 'photos')).rejects.toEqual(OUTSIDE_LAB);
  });

  it('asks no name server: without a resolver of its own only localhost is looked up', async () => {
    const { lookup } = guardConnect<{ lookup?: LookupFunction }>({}, ONLY_LAB);
    await expect(resolve(lookup, 'api.example.com')).rejects.toEqual(OUTSIDE_LAB);
    await expect(resolve(lookup, '3405803777')).rejects.toEqual(OUTSIDE_LAB);
    await expect(resolve(lookup, 'localhost')).resolves.toContainEqual({ address: '127.0.0.1', family: 4 });
    await expect(resolveName('api.example.com', ONLY_LAB)).rejects.toEqual(OUTSIDE_LAB);
  });

  it('hands on what the resolver fails with', async () => {
    const lookup: LookupFunction = (_hostname, _options, callback) => callback(new Error('ENOTFOUND'), '');
    await expect(resolve(guardConnect({ lookup }, ONLY_LAB).lookup, 'photos')).rejects.toThrow('ENOTFOUND');
  });

  it('changes nothing without UNDE_ONLY_LAB', () => {
    const options = { host: '203.0.113.1', port: 1 };
    expect(guardConnect(options, {})).toBe(options);
  });
});

describe('a guarded socket', () => {
  it('connects by port and host', async () => {
    const server = net.createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const socket = new GuardedSocket().connect((server.address() as net.AddressInfo).port, '127.0.0.1');
    expect(await new Promise((resolve) => socket.once('data', (data) => resolve(String(data))))).toBe(
      'hello',
    );
    socket.destroy();
    server.close();
  });
});
