import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startProcess, type ServiceProcess } from './service-process.ts';

const DEMO = path.join(import.meta.dirname, 'demo-service.ts');

let directory: string;
const started: ServiceProcess[] = [];

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'unde-service-'));
  const command = path.join(directory, 'systemd-notify');
  await writeFile(command, `#!/bin/sh\necho "$*" >> ${directory}/notices\n`);
  await chmod(command, 0o755);
});
afterEach(() => {
  for (const service of started.splice(0)) service.child.kill('SIGKILL');
});
afterAll(() => rm(directory, { recursive: true }));

function start(env: NodeJS.ProcessEnv = {}): ServiceProcess {
  const service = startProcess(DEMO, env);
  started.push(service);
  return service;
}

const said = (service: ServiceProcess, text: string) =>
  expect.poll(() => service.log.some((line) => line['msg'] === text), { timeout: 10_000 }).toBe(true);

describe('startService', () => {
  it('answers what it has accepted before it stops', async () => {
    const service = start();
    const url = await service.url;
    await said(service, 'ready');
    const slow = fetch(`${url}/slow`);
    // Opened before the signal: a process that stops takes no new connections.
    const health = await fetch(`${url}/health`);
    expect(await health.json()).toMatchObject({ service: 'demo', release: 'dev', pid: service.child.pid });
    service.child.kill('SIGTERM');
    await said(service, 'stopping: answering what has been accepted');
    expect(service.log.some((line) => line['msg'] === 'stopped')).toBe(false);
    started.splice(0);
    await releaseSlow(service, url, slow);
  });

  it('does not wait longer than it may', async () => {
    const service = start({ DEMO_STOP_SECONDS: '2' });
    const slow = fetch(`${await service.url}/slow`).catch(() => undefined);
    await said(service, 'ready');
    await expect
      .poll(async () => (await fetch(`${await service.url}/health`)).status, { timeout: 5000 })
      .toBe(200);
    service.child.kill('SIGTERM');
    expect(await service.exit).toBe(1);
    await slow;
  });

  it('tells systemd that it is ready, alive and stopping', async () => {
    const service = start({
      PATH: `${directory}:${process.env['PATH']}`,
      NOTIFY_SOCKET: '/run/test',
      WATCHDOG_USEC: '90000',
    });
    const notices = () => readFile(path.join(directory, 'notices'), 'utf8').catch(() => '');
    await expect.poll(notices, { timeout: 10_000 }).toMatch(/READY=1[^]*WATCHDOG=1|WATCHDOG=1[^]*READY=1/);
    service.child.kill('SIGTERM');
    expect(await service.exit).toBe(0);
    expect(await notices()).toContain('STOPPING=1');
  });

  it('is not ready before it has booted, and answers for its process meanwhile', async () => {
    const service = start({ DEMO_BOOT: 'never' });
    const ready = await fetch(`${await service.url}/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ ready: false, awaited: ['the start to finish'] });
    expect((await fetch(`${await service.url}/health`)).status).toBe(200);
  });

  it('ends with code 1 when it cannot boot, or fails later', async () => {
    expect(await start({ DEMO_BOOT: 'fails' }).exit).toBe(1);
    const service = start();
    await said(service, 'ready');
    await fetch(`${await service.url}/die`, { method: 'POST' }).catch(() => undefined);
    expect(await service.exit).toBe(1);
    expect(service.log.at(-1)).toMatchObject({ level: 60, msg: 'asked to' });
  });

  it.each([
    ['UNDE_PORT', 'eighty'],
    ['UNDE_PORT', '70000'],
    ['UNDE_LOG_LEVEL', 'loud'],
  ])('refuses %s=%s with code 78, naming the variable', async (variable, value) => {
    const service = start({ [variable]: value });
    expect(await service.exit).toBe(78);
    expect(service.log.at(-1)?.['msg']).toContain(variable);
  });
});

/** The slow request was accepted, so it is answered; new connections are not taken any more. */
async function releaseSlow(service: ServiceProcess, url: string, slow: Promise<Response>): Promise<void> {
  await expect
    .poll(
      () =>
        fetch(`${url}/health`).then(
          (response) => response.status,
          () => 'refused',
        ),
      { timeout: 10_000 },
    )
    .toBe('refused');
  service.child.kill('SIGUSR2');
  expect((await slow).status).toBe(200);
  expect(await service.exit).toBe(0);
  expect(service.log.map((line) => line['msg'])).toContain('closed what it held');
}
