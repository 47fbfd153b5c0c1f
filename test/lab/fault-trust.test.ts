import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labKnownHostsFile } from '../../src/lib/lab/state.ts';
import { TestFleet } from './fleet.ts';
import { heldAt, holdAt, letGo, wholeTruth } from './truth.ts';

const HOSTS = ['local-mood', 'scraper'];
const [HOST = '', OTHER = ''] = HOSTS;
let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('ftrust', HOSTS);
  await fleet.release('a');
  await fleet.ok('deploy', 'hello');
});
afterAll(async () => {
  await fleet?.down();
});

describe('two operators', () => {
  it('one holds the lock, the other is told who, why and since when', async () => {
    await fleet.release('b');
    await holdAt(fleet, OTHER, 'tar');
    const first = fleet.start(['deploy', 'hello', '-m', 'new greeting']);
    await heldAt(fleet, OTHER, 'tar');
    const second = await fleet.unde(['deploy', 'hello'], { UNDE_OPERATOR: 'other@desk' });
    expect(second.code).toBe(6);
    expect(second.stderr).toMatch(
      /LOCKED {2}tester@bench holds the lock of hello on local-mood since 20\d\d-.*: new greeting/,
    );
    await letGo(fleet, OTHER, 'tar');
    const answer = await first.answer;
    expect(answer.code, answer.stderr + answer.stdout).toBe(0);
    for (const host of HOSTS) expect(await wholeTruth(fleet, host)).toMatchObject({ mark: 'b' });
  });

  it('at the same moment: one wins everywhere, never a mixture', async () => {
    await fleet.settings({ greeting: 'mine' });
    const first = fleet.start(['deploy', 'hello']);
    const second = fleet.start(['deploy', 'hello'], { UNDE_OPERATOR: 'other@desk' });
    const answers = await Promise.all([first.answer, second.answer]);
    const codes = answers.map(({ code }) => code).sort((a, b) => a - b);
    // The slower one meets the lock, or finds that the host is no longer what its plan saw, or has nothing to do.
    expect(codes[0], JSON.stringify(answers)).toBe(0);
    expect([0, 6, 7], JSON.stringify(answers)).toContain(codes[1]);
    const truths = await Promise.all(HOSTS.map((host) => wholeTruth(fleet, host)));
    expect(truths).toMatchObject([{ greeting: 'mine' }, { greeting: 'mine' }]);
    expect(truths[0]?.generation).toBe(truths[1]?.generation);
    await fleet.settings({});
  });

  it('a second one who planned before the first finished is refused, and takes nothing back', async () => {
    await fleet.release('c');
    await holdAt(fleet, HOST, 'flock', '-w 0.5');
    const late = fleet.start(['deploy', 'hello'], { UNDE_OPERATOR: 'other@desk' });
    // Held before its lease, after its plan.
    await heldAt(fleet, HOST, 'flock');
    await fleet.release('d');
    await fleet.ok('deploy', 'hello');
    await letGo(fleet, HOST, 'flock');
    const answer = await late.answer;
    expect(answer.code, answer.stderr + answer.stdout).toBe(7);
    expect(answer.stdout).toContain('since the plan was made');
    for (const host of HOSTS) expect(await wholeTruth(fleet, host)).toMatchObject({ mark: 'd' });
  });
});

describe('a host key', () => {
  it('that is not pinned: refused before anything is sent', async () => {
    const file = labKnownHostsFile(fleet.lab);
    const text = readFileSync(file, 'utf8');
    const before = await fleet.console(HOST, 'journalctl -q -u ssh --no-pager | grep -c Accepted');
    writeFileSync(file, '');
    const refused = await fleet.unde(['deploy', 'hello']);
    writeFileSync(file, text);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('is pinned, so nothing proves that it is the right machine');
    expect(await fleet.console(HOST, 'journalctl -q -u ssh --no-pager | grep -c Accepted')).toBe(before);
  });

  it('that has changed: refused before the login, for every host of the deploy', async () => {
    const keys = '/etc/ssh/ssh_host_ed25519_key';
    await fleet.console(
      HOST,
      `cp -p ${keys} /root/key; cp -p ${keys}.pub /root/key.pub; rm ${keys} ${keys}.pub; ssh-keygen -q -t ed25519 -N '' -f ${keys}; systemctl restart ssh`,
    );
    const before = await fleet.console(HOST, 'journalctl -q -u ssh --no-pager | grep -c Accepted');
    await fleet.release('e');
    const refused = await fleet.exits(4, 'deploy', 'hello');
    expect(refused.stderr).toContain('shows a host key that is not the pinned one');
    expect(await fleet.console(HOST, 'journalctl -q -u ssh --no-pager | grep -c Accepted')).toBe(before);
    const one = await fleet.unde(['deploy', `hello+host:${HOST}`]);
    expect(one.stderr).toContain('HOST_KEY_CHANGED');
    expect(one.stderr).toContain('ssh-keygen -f');
    await fleet.console(HOST, `mv /root/key ${keys}; mv /root/key.pub ${keys}.pub; systemctl restart ssh`);
    for (const host of HOSTS) expect(await wholeTruth(fleet, host)).toMatchObject({ mark: 'd' });
    await fleet.ok('rollback', 'hello');
    for (const host of HOSTS) expect(await wholeTruth(fleet, host)).toMatchObject({ mark: 'b' });
  });
});
