import { execFile } from 'node:child_process';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { attemptScript, parseAttempts } from '../../../../src/lib/operations/network/attempt-script.ts';

const run = promisify(execFile);
const servers: net.Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(): Promise<number> {
  const server = net.createServer((socket) => socket.destroy());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const port = await listening();
  servers.pop()?.close();
  return port;
}

describe('attemptScript', () => {
  it('tells what is open from what refuses, by its place in the list', async () => {
    const sockets = [await listening(), await closedPort(), await listening()].map((port) => ({
      address: '127.0.0.1',
      port,
    }));
    const { stdout } = await run('bash', ['-c', attemptScript(sockets)]);
    expect([...parseAttempts(stdout)].toSorted(([a], [b]) => a - b)).toEqual([
      [0, 'open'],
      [1, 'refused'],
      [2, 'open'],
    ]);
  });

  it('tries more than it tries at once', async () => {
    const port = await listening();
    const { stdout } = await run('bash', [
      '-c',
      attemptScript(Array.from({ length: 40 }, () => ({ address: '127.0.0.1', port }))),
    ]);
    expect(parseAttempts(stdout).size).toBe(40);
  });

  it('ignores what is no answer', () => {
    expect([
      ...parseAttempts('motd\ntried 1 timeout\ntried 2 unreachable\ntried x open\ntried 3 maybe\n'),
    ]).toEqual([
      [1, 'no answer'],
      [2, 'no way'],
    ]);
  });
});
