import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startProcess, type ServiceProcess } from '../process/service-process.ts';

const LANTERN = path.resolve(import.meta.dirname, '../../../fixtures/services/lantern/main.ts');
const v = (n: number) => `20261121-15130${n}000-ab12`;

let root: string;
let service: ServiceProcess | undefined;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'unde-flags-'));
  await mkdir(path.join(root, 'state'));
});
afterEach(async () => {
  service?.child.kill('SIGKILL');
  await service?.exit;
  await rm(root, { recursive: true });
});

async function put(content: string): Promise<void> {
  await mkdir(path.join(root, 'flags'), { recursive: true });
  await writeFile(path.join(root, 'flags/.new'), content);
  await rename(path.join(root, 'flags/.new'), path.join(root, 'flags/lantern.json'));
}

async function start(): Promise<(route: string) => Promise<unknown>> {
  service = startProcess(LANTERN, {
    UNDE_FLAGS_DIRECTORY: path.join(root, 'flags'),
    STATE_DIRECTORY: path.join(root, 'state'),
  });
  const url = await service.url;
  return async (route) => {
    const answer = await fetch(`${url}${route}`);
    return answer.headers.get('content-type')?.includes('json') === true ? answer.json() : answer.text();
  };
}

describe('a service with flags', () => {
  it('names the version that it runs under /health and /metrics, without a line of its own', async () => {
    const get = await start();
    expect(await get('/health')).toMatchObject({ flags: { version: '0' } });
    await put(JSON.stringify({ version: v(1), values: { GLOW: 'dim', NIGHT: '90 min' } }));
    await expect.poll(() => get('/health')).toMatchObject({ flags: { version: v(1) } });
    expect(await get('/flags')).toEqual({
      version: v(1),
      values: { GLOW: 'dim', SHARE: 0.8, LAMPS: 3, NIGHT: 5_400_000 },
    });
    expect(await get('/metrics')).toContain(`unde_flags_version_info{version="${v(1)}"} 1`);
    expect(await get('/metrics')).toContain('unde_flags_damaged 0');
  });

  it('says so where it cannot use the file', async () => {
    await put('{');
    const get = await start();
    expect(await get('/health')).toMatchObject({ flags: { version: '0', damaged: 'the file is not JSON' } });
    expect(await get('/metrics')).toContain('unde_flags_damaged 1');
    expect(service?.log.some(({ msg }) => msg === 'flags stay at 0: the file is not JSON')).toBe(true);
  });

  it('answers a request that is under way with the version that it began with', async () => {
    await put(JSON.stringify({ version: v(1), values: { GLOW: 'dim' } }));
    const get = await start();
    const slow = get('/slowly');
    await expect.poll(() => get('/health')).toMatchObject({ flags: { version: v(1) } });
    await put(JSON.stringify({ version: v(2), values: { GLOW: 'blinking' } }));
    expect(await slow).toEqual({ version: v(1), glow: 'dim', now: v(2) });
  });

  it('goes on watching until it is stopped, and then ends', async () => {
    const get = await start();
    await put(JSON.stringify({ version: v(1), values: {} }));
    await expect.poll(() => get('/health')).toMatchObject({ flags: { version: v(1) } });
    service?.child.kill('SIGTERM');
    expect(await service?.exit).toBe(0);
  });
});
