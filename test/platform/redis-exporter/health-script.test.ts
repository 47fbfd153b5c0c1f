import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { renderHealthScript } from '../../../src/platform/redis-exporter/health-script.ts';

/** Runs the check against an exporter that shows these metrics. */
async function check(metrics: string) {
  const server = createServer((_request, response) => response.end(metrics));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const result = await new Promise<[number, string]>((resolve) => {
    const child = execFile(
      'bash',
      ['-c', renderHealthScript().replaceAll('9121', String(port))],
      (_error, stdout) => resolve([child.exitCode ?? -1, stdout.trim()]),
    );
  });
  server.close();
  return result;
}

describe('the health check of redis-exporter', () => {
  it('is content when Redis lets the exporter in', async () => {
    expect(await check('redis_blocked_clients 0\nredis_up 1\n')).toEqual([0, '']);
  });

  it('is not when Redis does not', async () => {
    const [code, said] = await check('redis_up 0\n');
    expect(code).toBe(1);
    expect(said).toContain('not let in by the Redis beside it');
  });

  it('is not with an exporter that shows nothing of Redis', async () => {
    expect(await check('go_goroutines 7\n')).toEqual([1, 'no metrics of Redis within two seconds']);
  });
});
