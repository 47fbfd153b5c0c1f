import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNotifier, watchdogIntervalMs } from '../../../../src/lib/runtime/process/notify.ts';

let directory: string;
let log: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'unde-notify-'));
  log = path.join(directory, 'log');
  const command = path.join(directory, 'systemd-notify');
  await writeFile(command, `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >> ${log}\n`);
  await chmod(command, 0o755);
});
afterAll(() => rm(directory, { recursive: true }));

const environment = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: `${directory}:/usr/bin:/bin`,
  NOTIFY_SOCKET: '/run/test',
  ...more,
});
const told = async () => (await readFile(log, 'utf8').catch(() => '')).split('\n');

describe('createNotifier', () => {
  it('tells systemd', async () => {
    await createNotifier({ env: environment() }).send('READY=1', 'STATUS=warm');
    expect(await told()).toContain('/run/test READY=1 STATUS=warm');
  });

  it('tells nobody where nobody listens', async () => {
    await createNotifier({ env: environment({ NOTIFY_SOCKET: '' }) }).send('STATUS=unheard');
    expect((await told()).join()).not.toContain('unheard');
  });

  it('pings the watchdog again and again, until it is stopped', async () => {
    const stop = createNotifier({ env: environment({ WATCHDOG_USEC: '60000' }) }).startWatchdog();
    const pings = async () => (await told()).filter((line) => line.endsWith('WATCHDOG=1')).length;
    await expect.poll(pings, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    stop();
  });

  it('reports that it could not, and goes on', async () => {
    const errors: Error[] = [];
    const notifier = createNotifier({
      env: environment({ PATH: '/nowhere' }),
      onError: (error) => errors.push(error),
    });
    await notifier.send('READY=1');
    expect(errors[0]?.message).toContain('systemd-notify');
  });
});

describe('watchdogIntervalMs', () => {
  it('is a third of the time that systemd grants', () => {
    expect(watchdogIntervalMs({ WATCHDOG_USEC: '15000000' })).toBe(5000);
  });

  it('is for the process that is watched', () => {
    expect(watchdogIntervalMs({ WATCHDOG_USEC: '15000000', WATCHDOG_PID: '12' }, 12)).toBe(5000);
    expect(watchdogIntervalMs({ WATCHDOG_USEC: '15000000', WATCHDOG_PID: '12' }, 13)).toBeUndefined();
  });

  it.each([{}, { WATCHDOG_USEC: '' }, { WATCHDOG_USEC: '0' }, { WATCHDOG_USEC: 'soon' }])(
    'is none for %j',
    (env) => {
      expect(watchdogIntervalMs(env)).toBeUndefined();
    },
  );
});
