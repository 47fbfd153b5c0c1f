import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestFleet, until } from './fleet.ts';
import { settled, wholeTruth } from './truth.ts';

const CANARY = 'local-mood';
const OTHER = 'scraper';
let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('flink', [CANARY, OTHER]);
  await fleet.release('a');
  await fleet.ok('deploy', 'hello');
});
afterAll(async () => {
  await fleet?.down();
});

const cut = (host: string) => fleet.unde(['lab', 'cut', host, '-n', fleet.lab]);
const heal = (host: string) => fleet.unde(['lab', 'heal', host, '-n', fleet.lab]);

async function switched(host: string): Promise<void> {
  await until(
    `the switch on ${host}`,
    () => fleet.console(host, 'cat /var/lib/unde/services/hello/pending 2>/dev/null'),
    (seen) => seen !== '',
  );
}

describe('a host that is down before a deploy', () => {
  it('stops it before anything changes anywhere, unless the operator goes on without it', async () => {
    await fleet.release('b');
    await cut(OTHER);
    const stopped = await fleet.exits(5, 'deploy', 'hello');
    expect(stopped.stderr).toContain(`${OTHER}: `);
    expect(stopped.stderr).toContain('--skip-unreachable');
    for (const host of [CANARY, OTHER]) expect((await wholeTruth(fleet, host)).mark).toBe('a');

    await fleet.ok('deploy', 'hello', '--skip-unreachable');
    expect(await wholeTruth(fleet, CANARY)).toMatchObject({ mark: 'b' });
    expect(await wholeTruth(fleet, OTHER)).toMatchObject({ mark: 'a' });
    const plan = await fleet.exits(5, 'plan', 'hello');
    expect(plan.stdout).toContain('1 with no change, 1 unknown');
    await heal(OTHER);
    await fleet.ok('deploy', 'hello');
    expect(await wholeTruth(fleet, OTHER)).toMatchObject({ mark: 'b' });
  });
});

describe('a link that is cut during a deploy', () => {
  it('after the switch: the host returns by itself, the canary is taken back, and both say so', async () => {
    await fleet.release('c', { stableSeconds: 4 });
    const deploy = fleet.start(['deploy', 'hello']);
    await switched(OTHER);
    await cut(OTHER);
    const answer = await deploy.answer;
    expect(answer.code, answer.stdout + answer.stderr).toBe(8);
    expect(answer.stdout).toContain(`${OTHER}: could not be asked`);
    expect(await wholeTruth(fleet, CANARY)).toMatchObject({ mark: 'b', last: { result: 'returned' } });
    await settled(fleet, OTHER);
    const truth = await wholeTruth(fleet, OTHER);
    expect(truth).toMatchObject({ mark: 'b', last: { result: 'returned' } });
    expect(truth.last.reason).toContain('nobody confirmed');
    await heal(OTHER);
    await fleet.ok('deploy', 'hello');
    for (const host of [CANARY, OTHER]) expect(await wholeTruth(fleet, host)).toMatchObject({ mark: 'c' });
  });

  it('with sshd and all of its sessions killed: a fresh connection takes the host back', async () => {
    await fleet.release('d', { stableSeconds: 4 });
    const deploy = fleet.start(['deploy', `hello+host:${CANARY}`]);
    await switched(CANARY);
    await fleet.console(
      CANARY,
      `systemctl kill -s KILL ssh.service; for s in $(systemctl list-units --no-legend --plain 'session-*.scope' | cut -d' ' -f1); do systemctl kill -s KILL "$s"; done; systemctl reset-failed ssh; systemctl start ssh`,
    );
    const answer = await deploy.answer;
    expect([7, 8], answer.stdout + answer.stderr).toContain(answer.code);
    await settled(fleet, CANARY);
    const truth = await wholeTruth(fleet, CANARY);
    expect(truth).toMatchObject({ mark: 'c' });
    expect(['failed', 'returned']).toContain(truth.last.result);
    await fleet.ok('deploy', 'hello');
    expect(await wholeTruth(fleet, CANARY)).toMatchObject({ mark: 'd', last: { result: 'ok' } });
  });
});
