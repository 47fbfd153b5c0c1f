import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestFleet } from './fleet.ts';
import { heldAt, holdAt, letGo, wholeTruth } from './truth.ts';

const HOST = 'scraper';
const STATE = '/var/lib/unde';
let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('fhost', [HOST]);
  await fleet.console(HOST, `mkdir -p ${STATE} && mount -t tmpfs -o size=420m tmpfs ${STATE}`);
});
afterAll(async () => {
  await fleet?.down();
});

/** Leaves so many bytes on the disk; 0 fills it to the last block. */
const fill = (left: number) =>
  `free=$(( $(stat -f -c %a*%S ${STATE}) - ${left} )); fallocate -l $free ${STATE}/ballast 2>/dev/null || dd if=/dev/zero of=${STATE}/ballast bs=4096 2>/dev/null`;
const empty = () => fleet.console(HOST, `rm -f ${STATE}/ballast`);

async function deploys(mark: string): Promise<void> {
  await fleet.ok('deploy', 'hello');
  expect(await wholeTruth(fleet, HOST)).toMatchObject({ mark, last: { result: 'ok' } });
}

describe('a port that somebody else holds', () => {
  const squat = (flags: string) =>
    `systemd-run --quiet ${flags} -- perl -MIO::Socket::INET -e 'IO::Socket::INET->new(Listen => 1, ReuseAddr => 1, LocalPort => 8099) and sleep' >/dev/null 2>&1 & for i in {1..200}; do grep -q ":1FA3 00000000:0000 0A" /proc/net/tcp && break; sleep 0.05; done`;

  it.each([
    ['unit', '--unit=squatter', 'unit squatter.service (perl, pid '],
    [
      'container',
      `--unit=docker-${'0123456789ab'.repeat(5)}cdef.scope --scope --slice=system.slice`,
      'Docker container 0123456789ab (perl, pid ',
    ],
  ])('is named with the %s that holds it, before anything is sent', async (_, flags, owner) => {
    await fleet.release('a');
    await fleet.console(HOST, squat(flags));
    const refused = await fleet.exits(4, 'deploy', 'hello');
    expect(refused.stderr).toContain('PORT_HELD');
    expect(refused.stderr).toContain(owner);
    expect(await fleet.console(HOST, `ls ${STATE}`)).toBe('');
    await fleet.console(
      HOST,
      `systemctl stop squatter 'docker-*.scope' 2>/dev/null; for i in {1..200}; do grep -q ":1FA3 00000000:0000 0A" /proc/net/tcp || break; sleep 0.05; done`,
    );
  });
});

describe('a disk that is full', () => {
  it('before a deploy: refused, and nothing is touched', async () => {
    await deploys('a');
    await fleet.release('b');
    await fleet.console(HOST, fill(20 << 20));
    const refused = await fleet.exits(4, 'deploy', 'hello');
    expect(refused.stderr).toContain('NO_ROOM');
    expect(await wholeTruth(fleet, HOST)).toMatchObject({ mark: 'a' });
    await empty();
  });

  it('while it is brought: given up, and nothing half-made stays', async () => {
    await holdAt(fleet, HOST, 'tar');
    const deploy = fleet.start(['deploy', 'hello']);
    await heldAt(fleet, HOST, 'tar');
    await letGo(fleet, HOST, 'tar', fill(0));
    const answer = await deploy.answer;
    expect(answer.code, answer.stderr).toBe(7);
    expect(answer.stderr).toContain('DISK_FULL');
    expect(await wholeTruth(fleet, HOST)).toMatchObject({ mark: 'a', last: { result: 'ok' } });
    await empty();
  });

  it('right before the switch: the switch, the way back and the ledger need no more room', async () => {
    await fleet.release('worse', { fault: 'exit' });
    await holdAt(fleet, HOST, 'systemd-run');
    const deploy = fleet.start(['deploy', 'hello']);
    await heldAt(fleet, HOST, 'systemd-run');
    await letGo(fleet, HOST, 'systemd-run', fill(0));
    const answer = await deploy.answer;
    expect(answer.code, answer.stderr + answer.stdout).toBe(7);
    expect(await fleet.console(HOST, `stat -f -c %a ${STATE}`)).toMatch(/^\d$|^1\d$/);
    expect(await wholeTruth(fleet, HOST)).toMatchObject({ mark: 'a', last: { result: 'failed' } });
    await empty();
  });

  it('right before the switch to a good one: it is confirmed and written down all the same', async () => {
    await fleet.release('b');
    await holdAt(fleet, HOST, 'systemd-run');
    const deploy = fleet.start(['deploy', 'hello']);
    await heldAt(fleet, HOST, 'systemd-run');
    await letGo(fleet, HOST, 'systemd-run', fill(0));
    const answer = await deploy.answer;
    expect(answer.code, answer.stderr + answer.stdout).toBe(0);
    expect(await wholeTruth(fleet, HOST)).toMatchObject({ mark: 'b', last: { result: 'ok' } });
    await empty();
    await fleet.ok('rollback', 'hello');
    expect(await wholeTruth(fleet, HOST)).toMatchObject({ mark: 'a', last: { action: 'rollback' } });
  });
});
