import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestFleet, until } from './fleet.ts';
import { heldAt, holdAt, letGo, wholeTruth } from './truth.ts';

const CANARY = 'local-mood';
const OTHER = 'scraper';
let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('freboot', [CANARY, OTHER]);
  for (const mark of ['c', 'd']) {
    await fleet.release(mark);
    await fleet.ok('deploy', 'hello');
  }
});
afterAll(async () => {
  await fleet?.down();
});

describe('a host that restarts', () => {
  it('before the confirmation: takes the deploy back at boot, where no timer is left to do it', async () => {
    await fleet.release('e');
    await holdAt(fleet, CANARY, 'systemd-run', '-late');
    const deploy = fleet.start(['deploy', `hello+host:${CANARY}`]);
    await heldAt(fleet, CANARY, 'systemd-run');
    deploy.kill();
    await deploy.answer;
    const boot = await fleet.console(
      CANARY,
      'cat /proc/sys/kernel/random/boot_id; systemctl show -p UserspaceTimestampMonotonic',
    );
    await fleet.console(CANARY, 'rm /usr/local/bin/systemd-run; sync; systemctl reboot --force --force');
    await until(
      'the restart',
      () =>
        fleet.console(
          CANARY,
          'cat /proc/sys/kernel/random/boot_id; systemctl show -p UserspaceTimestampMonotonic',
        ),
      (seen) => seen.includes('Userspace') && seen !== boot,
      120,
    );
    await until(
      'the way back',
      () => fleet.console(CANARY, 'tail -n 1 /var/lib/unde/ledger.jsonl; systemctl is-active unde-hello'),
      (seen) => seen.includes('restarted') && seen.endsWith('\nactive'),
    );
    const truth = await wholeTruth(fleet, CANARY);
    expect(truth).toMatchObject({ mark: 'd', last: { result: 'returned' } });
    expect(truth.last.reason).toContain('the host was restarted');
    await fleet.ok('deploy', 'hello');
    await fleet.ok('rollback', 'hello');
    for (const host of [CANARY, OTHER]) expect(await wholeTruth(fleet, host)).toMatchObject({ mark: 'd' });
    // The note of an earlier boot must not fool the next one.
    await letGo(fleet, CANARY, 'systemd-run');
  });
});
