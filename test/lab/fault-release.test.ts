import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rollout } from '../../src/lib/operations/deploy/rollout.ts';
import { TestFleet, type Answer } from './fleet.ts';
import { wholeTruth } from './truth.ts';

const HOST = 'scraper';
const STATE = '/var/lib/unde';
let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('frelease', [HOST]);
});
afterAll(async () => {
  await fleet?.down();
});

function rolloutOf(answer: Answer): Rollout {
  const [rollout] = (answer.json() as { rollouts: Rollout[] }).rollouts;
  if (rollout === undefined) throw new Error(`nothing was moved: ${answer.stdout}`);
  return rollout;
}

async function deploy(mark: string, code = 0): Promise<Rollout> {
  await fleet.release(mark);
  const answer = await fleet.unde(['deploy', 'hello', '--json']);
  expect(answer.code, answer.stdout + answer.stderr).toBe(code);
  return rolloutOf(answer);
}

describe('a release that is no good', () => {
  it('goes back to none where there was none, and leaves no unit behind', async () => {
    await fleet.release('bad', { fault: 'exit' });
    const answer = await fleet.exits(7, 'deploy', 'hello', '--json');
    const rollout = rolloutOf(answer);
    expect(rollout.hosts[0]?.journal?.join('\n')).toContain('this release is made to exit at once');
    expect(rollout.bytesSent).toBeGreaterThan(20_000_000);
    const left = await fleet.console(
      HOST,
      `systemctl is-active unde-hello; ls /etc/systemd/system/unde-hello.service /etc/systemd/system/multi-user.target.wants/unde-hello.service /etc/unde/hello.env ${STATE}/services/hello/{current,generation,pending} 2>/dev/null`,
    );
    expect(left).toBe('inactive');
  });

  it('brings only what differs of the ones after it, and keeps one copy of the rest', async () => {
    await deploy('a');
    expect((await deploy('b')).bytesSent).toBeLessThan(2_000_000);
    expect(await wholeTruth(fleet, HOST)).toMatchObject({ mark: 'b', last: { result: 'ok' } });
    const nodes = await fleet.console(HOST, `stat -c %h ${STATE}/releases/hello/*/node | sort -u`);
    // One blob in the store, a hard link in each release; the one that never was good is gone.
    expect(nodes).toBe('3');
  });

  it.each([
    ['exits at once', { fault: 'exit' }, /exited|is failed|status/, 'made to exit at once'],
    [
      'never becomes ready',
      { fault: 'never-ready', startSeconds: 8 },
      /not ready after 8 s: .*a day that never comes/,
      '',
    ],
    [
      'dies ten seconds after it was ready',
      { fault: 'die-after-ready', dieAfterMs: 10_000, stableSeconds: 12 },
      /exited|is failed|status/,
      '',
    ],
  ] as const)('%s: the gate says why, and the host runs what it ran', async (_, variant, reason, journal) => {
    await fleet.release('worse', variant);
    const answer = await fleet.exits(7, 'deploy', 'hello', '--json');
    const rollout = rolloutOf(answer);
    const [outcome] = rollout.hosts;
    expect(outcome).toMatchObject({ host: HOST, result: 'failed' });
    expect(outcome?.reason).toMatch(reason);
    expect(outcome?.journal?.join('\n')).toContain(journal);
    const truth = await wholeTruth(fleet, HOST);
    expect(truth).toMatchObject({ mark: 'b', last: { result: 'failed', from: rollout.digest } });
    expect(await fleet.console(HOST, `cat ${STATE}/services/hello/bad/${rollout.digest}`)).toBe(
      outcome?.reason,
    );
  });

  it('is not what a rollback picks; the rollback prints what undoes it, and that works', async () => {
    const back = await fleet.ok('rollback', 'hello');
    expect(await wholeTruth(fleet, HOST)).toMatchObject({
      mark: 'a',
      last: { action: 'rollback', result: 'ok' },
    });
    // What was left is marked bad, so there is nothing further back.
    expect((await fleet.unde(['rollback', 'hello'])).stderr).toContain('NOTHING_TO_ROLL_BACK_TO');
    const undo = /undo\s+unde (rollback hello --to [0-9a-f]+)/.exec(back.stdout)?.[1] ?? '';
    const forth = await fleet.unde(undo.split(' '));
    expect(forth.code, forth.stdout + forth.stderr).toBe(0);
    expect(await wholeTruth(fleet, HOST)).toMatchObject({ mark: 'b' });
  });

  it('is not made of a good one by settings that it does not stand', async () => {
    await fleet.release('b');
    await fleet.settings({ fault: 'exit' });
    await fleet.exits(7, 'deploy', 'hello');
    const truth = await wholeTruth(fleet, HOST);
    expect(truth).toMatchObject({ mark: 'b', last: { result: 'failed' } });
    const bad = await fleet.console(HOST, `ls ${STATE}/services/hello/bad`);
    expect(bad).not.toContain(truth.digest);
    await fleet.settings({});
  });
});

describe('what a host keeps', () => {
  it('is five releases, the one that runs and the one to roll back to among them; the rest is collected', async () => {
    for (const mark of ['c', 'd', 'e', 'f', 'g']) await deploy(mark);
    const releases = (await fleet.console(HOST, `ls ${STATE}/releases/hello`)).split('\n');
    expect(releases).toHaveLength(5);
    // Blobs that nothing links to are kept for an hour, for a deploy that is under way; then the next prune takes them.
    const loose = `find ${STATE}/store -type f -links 1`;
    expect(await fleet.console(HOST, loose)).not.toBe('');
    await fleet.ok('rollback', 'hello');
    expect(await wholeTruth(fleet, HOST)).toMatchObject({ mark: 'f' });
    const generations = await fleet.console(HOST, `ls ${STATE}/services/hello/generations | wc -l`);
    expect(Number(generations)).toBeLessThanOrEqual(7);
    expect(Number(await fleet.console(HOST, `ls -d ${STATE}/deploys/*-hello | wc -l`))).toBe(5);
  });
});
