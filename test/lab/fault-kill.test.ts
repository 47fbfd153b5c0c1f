import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../src/lib/fleet/ledger/history.ts';
import { TestFleet, until } from './fleet.ts';
import { heldAt, holdAt, letGo, settled, wholeTruth } from './truth.ts';

const CANARY = 'local-mood';
const OTHER = 'scraper';
let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('fkill', [CANARY, OTHER]);
});
afterAll(async () => {
  await fleet?.down();
});

async function deploys(mark: string): Promise<void> {
  await fleet.ok('deploy', 'hello');
  for (const host of [CANARY, OTHER]) expect((await wholeTruth(fleet, host)).mark).toBe(mark);
}

describe('kill -9 of the CLI', () => {
  it('while it uploads: nothing runs, nothing half-made stays, and the rerun brings everything', async () => {
    await fleet.release('a');
    await holdAt(fleet, OTHER, 'tar');
    const first = fleet.start(['deploy', 'hello']);
    await heldAt(fleet, OTHER, 'tar');
    first.kill();
    await first.answer;
    await letGo(fleet, OTHER, 'tar');
    await until(
      'the cut-off upload to be given up',
      () => fleet.console(OTHER, 'ls -A /var/lib/unde/incoming'),
      (seen) => seen === '',
    );
    expect(await fleet.console(OTHER, 'ls /etc/systemd/system/unde-hello.service 2>&1')).toContain('No such');
    await deploys('a');
  });

  it('while it uploads, and the rerun is there before the first upload has ended', async () => {
    await fleet.release('b');
    await holdAt(fleet, OTHER, 'tar');
    const first = fleet.start(['deploy', 'hello']);
    await heldAt(fleet, OTHER, 'tar');
    first.kill();
    await first.answer;
    // The lock is free at once, and what the first one still does cannot hurt.
    await fleet.ok('deploy', 'hello');
    await letGo(fleet, OTHER, 'tar');
    await until(
      'the first upload to end',
      () => fleet.console(OTHER, 'ls -A /var/lib/unde/incoming; ps -eo args= | grep [p]repared'),
      (seen) => seen === '',
    );
    for (const host of [CANARY, OTHER]) expect((await wholeTruth(fleet, host)).mark).toBe('b');
  });

  it('after the switch, before the gate has passed: the plan says so, the rerun returns it first', async () => {
    await fleet.release('c', { stableSeconds: 4 });
    const first = fleet.start(['deploy', 'hello']);
    await until(
      'the switch',
      () => fleet.console(CANARY, 'cat /var/lib/unde/services/hello/pending 2>/dev/null'),
      (seen) => seen !== '',
    );
    first.kill();
    await first.answer;
    const plan = await fleet.unde(['plan', 'hello']);
    expect(plan.stdout).toContain('never confirmed');
    expect(plan.stdout).toContain('tester@bench');
    await deploys('c');
    const { entries } = (await fleet.unde(['history', `hello+host:${CANARY}`, '--json'])).json() as {
      entries: HistoryEntry[];
    };
    expect(entries.slice(0, 2)).toMatchObject([
      { result: 'ok' },
      { result: 'returned', reason: 'left unconfirmed by tester@bench; tester@bench deploys again' },
    ]);
  });

  it('after the gate, before the confirmation: the host returns by itself and writes it down', async () => {
    await fleet.release('d');
    await holdAt(fleet, CANARY, 'systemd-run', '-late');
    const first = fleet.start(['deploy', 'hello']);
    await heldAt(fleet, CANARY, 'systemd-run');
    first.kill();
    await first.answer;
    await letGo(fleet, CANARY, 'systemd-run');
    await settled(fleet, CANARY);
    const truth = await wholeTruth(fleet, CANARY);
    expect(truth).toMatchObject({ mark: 'c', last: { result: 'returned', who: 'tester@bench' } });
    expect(truth.last.reason).toMatch(/^nobody confirmed|but nobody confirmed/);
    await deploys('d');
  });

  it('between two batches: the rerun moves the rest', async () => {
    await fleet.release('e');
    await holdAt(fleet, OTHER, 'systemd-run');
    const first = fleet.start(['deploy', 'hello']);
    await heldAt(fleet, OTHER, 'systemd-run');
    await until(
      'the end of the first batch to be told',
      () => Promise.resolve(first.stderr()),
      (said) => said.includes(`${CANARY}: runs`),
    );
    first.kill();
    await first.answer;
    await letGo(fleet, OTHER, 'systemd-run', 'exit 1');
    // The host itself takes back what it had prepared for the switch that failed.
    await settled(fleet, OTHER);
    expect(await wholeTruth(fleet, CANARY)).toMatchObject({ mark: 'e', last: { result: 'ok' } });
    expect(await wholeTruth(fleet, OTHER)).toMatchObject({ mark: 'd', last: { result: 'ok' } });
    await deploys('e');
    await fleet.ok('rollback', 'hello');
    for (const host of [CANARY, OTHER]) {
      expect(await wholeTruth(fleet, host)).toMatchObject({ mark: 'd', last: { action: 'rollback' } });
    }
  });
});
