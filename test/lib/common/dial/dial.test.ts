import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { assertMayDial, dial, isLabAddress } from '../../../../src/lib/common/dial/dial.ts';

const LAB = { name: 'lab' } as const;
const PRODUCTION = { name: 'production' } as const;

describe('isLabAddress', () => {
  it.each(['198.18.0.1', '198.19.255.254', '127.0.0.1', '127.9.9.9', '::1'])('takes %s', (address) => {
    expect(isLabAddress(address)).toBe(true);
  });

  it.each([
    '10.1.0.2',
    '10.2.0.2',
    '10.3.0.1',
    '192.168.1.1',
    '172.16.0.1',
    '8.8.8.8',
    '198.17.255.255',
    '198.20.0.0',
    '0.0.0.0',
    '169.254.169.254',
    '::',
    'fe80::1',
    '2001:4860:4860::8888',
    '::ffff:10.1.0.2',
    '::ffff:8.8.8.8',
    '64:ff9b::a01:2',
    'localhost',
    'scraper',
    '198.18.0.1.example.com',
    '198.18.0.1 ',
    '0xc6120001',
    '3323068417',
    '198.18.1',
    '',
  ])('refuses %s', (address) => {
    expect(isLabAddress(address)).toBe(false);
  });
});

describe('assertMayDial', () => {
  it('holds in the lab context whatever the environment says', () => {
    for (const env of [{}, { UNDE_ONLY_LAB: '1' }]) {
      expect(() => assertMayDial(LAB, '10.1.0.2', env)).toThrow(
        expect.objectContaining({ code: 'OUTSIDE_LAB', exit: 'refused' }),
      );
      expect(() => assertMayDial(LAB, '198.18.0.2', env)).not.toThrow();
    }
  });

  it('holds in production as soon as UNDE_ONLY_LAB is set', () => {
    expect(() => assertMayDial(PRODUCTION, '10.1.0.2', { UNDE_ONLY_LAB: '1' })).toThrow(
      expect.objectContaining({
        code: 'OUTSIDE_LAB',
        hint: expect.stringContaining('UNDE_ONLY_LAB') as string,
      }),
    );
    expect(() => assertMayDial(PRODUCTION, '10.1.0.2', {})).not.toThrow();
  });
});

describe('dial', () => {
  it('refuses before it opens anything', () => {
    expect(() => dial(LAB, '10.1.0.2', 22, 1000)).toThrow(expect.objectContaining({ code: 'OUTSIDE_LAB' }));
  });

  it('connects to loopback, and tells who refused', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as net.AddressInfo;
    const socket = await dial(LAB, '127.0.0.1', port, 5000);
    socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await expect(dial(LAB, '127.0.0.1', port, 5000)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });
});
