import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AlertmanagerSilence } from '../../src/lib/operations/alerts/alert-list.ts';
import { TestFleet, until } from './fleet.ts';

const WORKER = 'scraper';
let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('hsilence', ['monitoring', WORKER]);
  await fleet.ok('deploy', 'alertmanager');
});
afterAll(async () => {
  await fleet?.down();
});

async function silences(): Promise<AlertmanagerSilence[]> {
  const text = await fleet.console('monitoring', 'curl -s http://127.0.0.1:9093/api/v2/silences');
  return text === '' ? [] : (JSON.parse(text) as AlertmanagerSilence[]);
}

describe('alerts of a host that is restarted on purpose', () => {
  it('are silenced as long as it takes, and no longer', async () => {
    const reboot = fleet.start(['host', 'reboot', `host:${WORKER}`, '-m', 'new kernel']);
    const during = await until('the silence', silences, (seen) => seen.length === 1);
    expect(during[0]).toMatchObject({
      comment: 'planned work on scraper: new kernel',
      createdBy: 'tester@bench',
      status: { state: 'active' },
      matchers: [{ name: 'host', value: WORKER }],
    });
    const answer = await reboot.answer;
    expect(answer.code, answer.stdout + answer.stderr).toBe(0);
    expect((await silences()).map(({ status }) => status.state)).toEqual(['expired']);
  });

  it('are not what a restart waits for: without monitoring it is said, and done', async () => {
    await fleet.console('monitoring', 'systemctl stop prometheus-alertmanager');
    const answer = await fleet.ok('host', 'reboot', `host:${WORKER}`);
    expect(answer.stderr).toContain(
      'its alerts are not silenced: alertmanager on monitoring does not answer',
    );
  });
});
