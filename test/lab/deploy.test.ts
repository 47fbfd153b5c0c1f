import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rollout } from '../../src/lib/operations/deploy/rollout.ts';
import type { ServicePlan } from '../../src/lib/operations/plan/plan.ts';
import type { HistoryEntry } from '../../src/lib/fleet/ledger/history.ts';
import { TestFleet } from './fleet.ts';

let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('deploy', ['scraper', 'local-mood']);
});
afterAll(async () => {
  await fleet?.down();
});

interface DeployAnswer {
  readonly plan: ServicePlan[];
  readonly rollouts: Rollout[];
}

describe('unde deploy, on real machines', () => {
  it('brings a service to every host, gates it, and has nothing to do the second time', async () => {
    const first = await fleet.unde(['deploy', 'hello', '--json']);
    expect(first.stderr).toBe('');
    expect(first.code).toBe(0);
    const { rollouts } = first.json() as DeployAnswer;
    expect(rollouts[0]?.hosts.map(({ host, result }) => [host, result])).toEqual([
      ['local-mood', 'ok'],
      ['scraper', 'ok'],
    ]);
    expect(await fleet.greeting('scraper')).toBe('hello');

    const again = await fleet.unde(['deploy', 'hello', '--json']);
    const nothing = again.json() as DeployAnswer;
    expect(nothing.rollouts).toEqual([]);
    expect(nothing.plan.map(({ state }) => state)).toEqual(['no change', 'no change']);
  });

  it('runs as a user of its own, on the Node of its release', async () => {
    const process = await fleet.on(
      'scraper',
      'ps -o user=,args= -p $(systemctl show -p MainPID --value unde-hello)',
    );
    expect(process).toMatch(/^\d+|unde-hello/);
    expect(process).not.toMatch(/^root/);
    expect(process).toContain('/var/lib/unde/services/hello/current/node');
  });

  it('shows a changed setting as a diff, deploys it, and rolls it back without being told to what', async () => {
    await fleet.settings({ greeting: 'good evening' });
    const plan = await fleet.unde(['plan', 'hello']);
    expect(plan.stdout).toContain('-HELLO_GREETING=hello');
    expect(plan.stdout).toContain('+HELLO_GREETING="good evening"');
    await fleet.ok('deploy', 'hello');
    expect(await fleet.greeting('local-mood')).toBe('good evening');

    // The same release with other settings is another generation, but no other release to roll back to.
    const refused = await fleet.exits(4, 'rollback', 'hello');
    expect(refused.stderr).toContain('NOTHING_TO_ROLL_BACK_TO');
  });

  it('finds what somebody changed by hand, with an exit code of its own, and mends it', async () => {
    await fleet.ok('drift', 'hello');
    await fleet.on('scraper', 'echo HELLO_GREETING=mallory > /etc/unde/hello.env');
    const drift = await fleet.exits(9, 'drift', 'hello');
    expect(drift.stdout).toContain('-HELLO_GREETING=mallory');
    await fleet.ok('deploy', 'hello');
    await fleet.ok('drift', 'hello');
  });

  it('refuses a saved plan once a host has changed', async () => {
    await fleet.settings({ greeting: 'planned' });
    const file = `${fleet.directory}/plan.json`;
    await fleet.ok('plan', 'hello', '-o', file);
    await fleet.on('local-mood', 'systemctl stop unde-hello');
    const refused = await fleet.exits(4, 'apply', file);
    expect(refused.stderr).toContain('hello on local-mood: the host has changed');
    await fleet.ok('plan', 'hello', '-o', file);
    await fleet.ok('apply', file);
    expect(await fleet.greeting('local-mood')).toBe('planned');
  });

  it('keeps a ledger on the hosts of who did what', async () => {
    await fleet.ok('restart', 'hello+host:scraper', '-m', 'to see it written down');
    const { entries } = (await fleet.unde(['history', 'hello', '--json'])).json() as {
      entries: HistoryEntry[];
    };
    expect(entries[0]).toMatchObject({
      host: 'scraper',
      action: 'restart',
      result: 'ok',
      who: 'tester@bench',
      reason: 'to see it written down',
    });
    expect(entries.filter(({ action }) => action === 'deploy').length).toBeGreaterThanOrEqual(6);
  });
});
