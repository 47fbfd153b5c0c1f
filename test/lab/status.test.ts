import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FleetStatus } from '../../src/lib/operations/status/status.ts';
import { TestFleet, until } from './fleet.ts';

let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('status', ['scraper', 'local-mood', 'push']);
  await fleet.ok('deploy', 'hello');
});
afterAll(async () => {
  await fleet?.down();
});

interface Asked {
  readonly code: number;
  readonly status: FleetStatus;
}

async function ask(...flags: string[]): Promise<Asked> {
  const answer = await fleet.unde(['status', 'hello', '--json', ...flags]);
  return { code: answer.code, status: answer.json() as FleetStatus };
}

const states = ({ status }: Asked) =>
  Object.fromEntries(status.hosts.map(({ name, services }) => [name, services[0]?.state]));
const codes = ({ status }: Asked) => status.problems.map(({ code, hosts }) => `${code} ${hosts.join()}`);

describe('unde status, on real machines', () => {
  it('shows a fleet that is well, with exit code 0', async () => {
    const asked = await ask();
    expect(asked.code).toBe(0);
    expect(asked.status).toMatchObject({
      context: 'lab:status',
      summary: { up: 3, unreachable: 0, errors: 0 },
    });
    expect(states(asked)).toEqual({ 'local-mood': 'running', scraper: 'running', push: 'running' });
    const [host] = asked.status.hosts;
    expect(host?.services[0]).toMatchObject({
      health: 200,
      ready: 200,
      restarts: 0,
      lastDeploy: { by: 'tester@bench', action: 'deploy', result: 'ok' },
    });
    expect(host?.services[0]?.release).toMatch(/^[0-9a-f]{64}$/);
    expect(host?.services[0]?.memoryBytes).toBeGreaterThan(1 << 20);
    expect(host?.memory?.totalBytes).toBeGreaterThan(0);
    expect(host?.disk?.totalBytes).toBeGreaterThan(0);
    expect(host?.cpu).toBeGreaterThanOrEqual(0);
  });

  it('goes on at a terminal until q is pressed, and gives the terminal back', async () => {
    const unde = path.resolve(import.meta.dirname, '../../bin/unde');
    // util-linux's script runs it at a terminal of its own.
    const live = spawn('script', ['-qefc', `${unde} status hello`, '/dev/null'], {
      env: { ...fleet.env, TERM: 'xterm' },
    });
    let seen = '';
    live.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.toString();
    });
    const ended = new Promise<number | null>((resolve) => live.once('close', resolve));
    await until(
      'a fleet that is well',
      async () => seen,
      (text) => text.includes('all well'),
    );
    live.stdin.write('q');
    expect(await ended).toBe(0);
    expect(seen).toContain('\u001B[?1049h');
    expect(seen.trimEnd().endsWith('\u001B[?1049l')).toBe(true);
  });

  it('shows the others within the deadline while one host is cut off, and it again once it is healed', async () => {
    await fleet.ok('lab', 'cut', 'push', '--name', fleet.lab);
    const cut = await ask('--timeout', '3');
    expect(cut.code).toBe(5);
    expect(states(cut)).toEqual({ 'local-mood': 'running', scraper: 'running', push: 'unknown' });
    expect(cut.status.hosts.find(({ name }) => name === 'push')).toMatchObject({
      state: 'unreachable',
      reachable: false,
      ageSeconds: null,
      error: { code: expect.stringMatching(/NO_ANSWER|UNREACHABLE/) },
    });
    expect(cut.status.problems[0]?.message).toContain('push');
    await fleet.ok('lab', 'heal', 'push', '--name', fleet.lab);
    await until('a fleet that is well', ask, ({ code }) => code === 0);
  });

  it('says who stopped a service, and what starts it', async () => {
    await fleet.ok('stop', 'hello+host:scraper', '-m', 'to see it');
    const stopped = await ask();
    expect(stopped.code).toBe(10);
    expect(stopped.status.problems).toEqual([
      expect.objectContaining({
        severity: 'error',
        code: 'SERVICE_STOPPED',
        hosts: ['scraper'],
        message: expect.stringContaining('by tester@bench: to see it'),
        hint: 'unde start hello+host:scraper',
      }),
    ]);
    const text = await fleet.unde(['status', 'hello', '--once']);
    expect(text.stdout).toMatch(/^✘ 1 wrong/);
    expect(text.stdout).toMatch(/^ {2}hello +■ stopped/m);
    // What it says to type is what mends it.
    await fleet.ok('start', 'hello+host:scraper');
    expect((await ask()).code).toBe(0);
  });

  it('says what a service that is not ready waits for, and that it answers no more when it hangs', async () => {
    await fleet.on(
      'scraper',
      'echo HELLO_FAULT=never-ready >> /etc/unde/hello.env; systemctl restart unde-hello',
    );
    const waiting = await until('a degraded hello', ask, (asked) => states(asked)['scraper'] === 'degraded');
    expect(waiting.code).toBe(10);
    expect(waiting.status.problems[0]).toMatchObject({
      code: 'SERVICE_DEGRADED',
      message: 'hello on scraper is degraded: it waits for a day that never comes',
    });
    // The watchdog ends it after 10 s, which a busy machine may take to look: then it is stopped again.
    const hanging = await until(
      'a hello that hangs',
      async () => {
        await fleet.on('local-mood', 'kill -STOP $(systemctl show -p MainPID --value unde-hello)');
        return ask();
      },
      (asked) => codes(asked).includes('SERVICE_UNRESPONSIVE local-mood'),
    );
    expect(states(hanging)).toMatchObject({ push: 'running' });
    await fleet.on('local-mood', 'kill -CONT $(systemctl show -p MainPID --value unde-hello)');
    await fleet.ok('deploy', 'hello');
    const healed = await until('a fleet that is well', ask, (asked) => asked.status.summary.errors === 0);
    expect(states(healed)).toEqual({ 'local-mood': 'running', scraper: 'running', push: 'running' });
  });

  it('shows the last words of a service that fails, and of which release it is', async () => {
    await fleet.on(
      'push',
      'echo HELLO_FAULT=exit >> /etc/unde/hello.env; systemctl restart --no-block unde-hello',
    );
    const failed = await until('a failed hello', ask, (asked) => states(asked)['push'] === 'failed');
    expect(failed.status.problems[0]).toMatchObject({
      code: 'SERVICE_FAILED',
      hosts: ['push'],
      hint: 'unde logs hello --host push',
    });
    expect(failed.status.problems[0]?.details.join('\n')).toContain('this release is made to exit at once');
  });
});
