import { cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MachineEntry } from '../../src/lib/operations/host/vitals/host-entry.ts';
import type { LedgerEntry } from '../../src/lib/fleet/ledger/entry.ts';
import type { TurnOutcome } from '../../src/lib/operations/host/turn.ts';
import { TestFleet, until } from './fleet.ts';
import { packageFolder } from './package-folder.ts';

const WORKER = 'scraper';
const VOTERS = ['etcd-2', 'etcd-3'];
const [FIRST = '', SECOND = ''] = VOTERS;
const ALL = [WORKER, ...VOTERS];
const LIBRARY = { path: '/usr/lib/libvoter.so', copyOf: '/usr/lib/x86_64-linux-gnu/libz.so.1' };
let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('hmaint', ALL);
  await fleet.release('same', { startSeconds: 15, stableSeconds: 1 });
  await placeVoter();
  for (const host of VOTERS) {
    await packageFolder(fleet, host, 'security', [{ name: 'voter-library', version: '1.0', file: LIBRARY }]);
    const installed = await fleet.console(
      host,
      'apt-get -qq update && apt-get -qq -y install voter-library && echo installed',
    );
    if (!installed.endsWith('installed')) throw new Error(installed);
  }
  await fleet.ok('deploy', 'hello,voter');
});
afterAll(async () => {
  await fleet?.down();
});

/** Places a service that votes on the members of the quorum. */
async function placeVoter(): Promise<void> {
  const source = path.resolve(import.meta.dirname, '../fixtures/services/voter');
  const target = path.join(fleet.directory, 'services/voter');
  await mkdir(target, { recursive: true });
  await cp(source, target, { recursive: true });
  await fleet.place('voter', VOTERS);
}

/** What differs with each start of a machine. */
const started = (host: string) => fleet.console(host, 'systemctl show -p UserspaceTimestampMonotonic');
const active = (host: string, unit: string) => fleet.console(host, `systemctl is-active ${unit}`);

async function ledger(host: string): Promise<LedgerEntry[]> {
  const lines = await fleet.console(host, 'grep \'"service":"host"\' /var/lib/unde/ledger.jsonl');
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LedgerEntry);
}

async function outcomes(
  args: readonly string[],
): Promise<{ code: number; hosts: TurnOutcome[]; text: string }> {
  const answer = await fleet.unde([...args, '--json']);
  const { hosts = [] } = answer.json() as { hosts?: TurnOutcome[] };
  return { code: answer.code, hosts, text: answer.stdout + answer.stderr };
}

describe('unde host reboot', () => {
  it('restarts one after the other, voters last and never two, and waits for what was well', async () => {
    const before = await Promise.all(ALL.map(started));
    const { code, hosts, text } = await outcomes([
      'host',
      'reboot',
      'etcd-members,host:scraper',
      '-m',
      'new kernel',
    ]);
    expect(code, text).toBe(0);
    expect(hosts.map(({ host, result }) => [host, result])).toEqual([
      [WORKER, 'ok'],
      [FIRST, 'ok'],
      [SECOND, 'ok'],
    ]);
    expect(await Promise.all(ALL.map(started))).not.toEqual(before);
    for (const host of ALL) expect(await active(host, 'unde-hello')).toBe('active');
    for (const host of VOTERS) expect(await active(host, 'voter')).toBe('active');
    const [first, second] = [await ledger(FIRST), await ledger(SECOND)];
    expect(first).toMatchObject([
      { action: 'reboot', result: 'ok', who: 'tester@bench', reason: 'restarts now: new kernel' },
      { action: 'reboot', result: 'ok', reason: 'restarted, 2 services well' },
    ]);
    // The second one went down only after everything on the first one was well again.
    expect(second[0]?.at).toBeGreaterThanOrEqual(first[1]?.at ?? Infinity);
  });

  it('does not begin while a peer is not well', async () => {
    await fleet.console(SECOND, 'systemctl stop voter');
    const before = await started(FIRST);
    const { code, hosts, text } = await outcomes(['host', 'reboot', `host:${FIRST}`]);
    expect(code, text).toBe(4);
    expect(hosts).toMatchObject([{ host: FIRST, result: 'refused' }]);
    expect(hosts[0]?.text).toBe(
      `${FIRST} stays up: ${SECOND}, which votes with ${FIRST} in the quorum etcd, is not well: its voter is stopped`,
    );
    expect(await started(FIRST)).toBe(before);
    await fleet.console(SECOND, 'systemctl start voter');
  });

  it('does not begin while a peer cannot be reached', async () => {
    await fleet.ok('lab', 'cut', SECOND, '--name', fleet.lab);
    const { code, hosts, text } = await outcomes(['host', 'reboot', `host:${FIRST}`]);
    await fleet.ok('lab', 'heal', '--name', fleet.lab);
    expect(code, text).toBe(4);
    expect(hosts[0]?.text).toContain(`${FIRST} stays up: ${SECOND}`);
  });

  it('does not begin while somebody deploys there', async () => {
    const held = fleet.console(
      WORKER,
      'mkdir -p /run/unde/locks; printf "1\\tkim@ops\\tnew release\\n" >/run/unde/locks/hello; flock /run/unde/locks/hello bash -c "until [[ -e /run/deployed ]]; do sleep 0.1; done"',
    );
    await until(
      'the lock',
      () =>
        fleet.console(
          WORKER,
          '[[ -s /run/unde/locks/hello ]] && ! flock -n -s /run/unde/locks/hello true && echo held',
        ),
      (seen) => seen === 'held',
    );
    const { code, hosts, text } = await outcomes(['host', 'reboot', `host:${WORKER}`]);
    expect(code, text).toBe(6);
    expect(hosts).toMatchObject([
      { result: 'refused', text: 'kim@ops holds the lock of hello on scraper: new release' },
    ]);
    await fleet.console(WORKER, 'touch /run/deployed');
    await held;
  });

  it('stops at a host that does not come back, and says what is left', async () => {
    await fleet.console(WORKER, 'systemctl disable ssh');
    const { code, hosts, text } = await outcomes([
      'host',
      'reboot',
      `host:${WORKER},host:${FIRST}`,
      '--timeout',
      '10',
    ]);
    expect(code, text).toBe(5);
    expect(hosts).toMatchObject([
      { host: WORKER, result: 'lost', text: 'did not come back within 10 s' },
      { host: FIRST, result: 'untouched' },
    ]);
    await until(
      'the console',
      () => fleet.console(WORKER, 'systemctl enable --now ssh; systemctl is-active ssh'),
      (seen) => seen === 'active',
    );
  });

  it('stops at a host on which something does not come back', async () => {
    await until(
      'hello',
      () => active(WORKER, 'unde-hello'),
      (seen) => seen === 'active',
    );
    await fleet.console(WORKER, 'systemctl disable unde-hello');
    const { code, hosts, text } = await outcomes(['host', 'reboot', `host:${WORKER},host:${FIRST}`]);
    expect(code, text).toBe(7);
    expect(hosts).toMatchObject([
      { host: WORKER, result: 'failed', details: ['hello is stopped'] },
      { host: FIRST, result: 'untouched' },
    ]);
    expect((await ledger(WORKER)).at(-1)).toMatchObject({ action: 'reboot', result: 'failed' });
    await fleet.console(WORKER, 'systemctl enable --now unde-hello');
  });
});

describe('unde host drain', () => {
  it('takes a host out of work for good, until it is put back', async () => {
    const drain = await fleet.ok('host', 'drain', `host:${WORKER}`, '-m', 'new disk');
    expect(drain.stdout).toContain('stopped  hello; also on etcd-2, etcd-3');
    expect(await active(WORKER, 'unde-hello')).toBe('inactive');

    const status = await fleet.ok('status', `hello+host:${WORKER}`, '--once');
    expect(status.stdout).toContain('tester@bench has taken scraper out of work: new disk');
    const { hosts } = (await fleet.unde(['host', 'list', WORKER, '--json'])).json() as {
      hosts: MachineEntry[];
    };
    expect(hosts[0]?.drained).toMatchObject({ by: 'tester@bench', why: 'new disk' });

    const deploy = await fleet.exits(4, 'deploy', `hello+host:${WORKER}`);
    expect(deploy.stderr).toContain('HOST_DRAINED');

    const reboot = await outcomes(['host', 'reboot', `host:${WORKER}`]);
    expect(reboot.code, reboot.text).toBe(0);
    expect(await active(WORKER, 'unde-hello')).toBe('inactive');
    expect((await fleet.unde(['host', 'drain', `host:${WORKER}`])).stdout).toContain('is drained already');

    await fleet.ok('host', 'undrain', `host:${WORKER}`);
    expect(await fleet.greeting(WORKER)).toBe('hello');
    expect((await fleet.unde(['deploy', `hello+host:${WORKER}`])).stdout).toContain('0 to change');
    const again = await fleet.unde(['host', 'undrain', `host:${WORKER}`]);
    expect(again.stdout).toContain('is not drained');
    expect((await ledger(WORKER)).map(({ action }) => action).slice(-4)).toEqual([
      'drain',
      'reboot',
      'reboot',
      'undrain',
    ]);
    const history = await fleet.unde(['history', `host:${WORKER}`]);
    expect(history.stdout).toMatch(/ host +undrain /);
    expect((await fleet.unde(['history', 'hello'])).stdout).not.toMatch(/ host +undrain /);
  });
});

describe('unde host patch', () => {
  it('shows and brings security updates alone, one host at a time, and restarts what runs the old library', async () => {
    for (const host of VOTERS) {
      await packageFolder(fleet, host, 'security', [
        { name: 'voter-library', version: '1.1', file: LIBRARY },
      ]);
      await packageFolder(fleet, host, 'stable', [{ name: 'tool', version: '1.0' }]);
      await fleet.console(host, 'apt-get -qq update; apt-get -qq -y install tool');
      await packageFolder(fleet, host, 'stable', [{ name: 'tool', version: '2.0' }]);
    }
    const plan = await fleet.ok('host', 'patch', 'all', '--plan');
    expect(plan.stdout).toContain('1 package (security): voter-library 1.1');
    expect(plan.stdout).not.toContain('tool');
    const { hosts: listed } = (await fleet.unde(['host', 'list', '--json'])).json() as {
      hosts: MachineEntry[];
    };
    expect(listed.slice(0, 2).map(({ host, updates }) => [host, updates?.all, updates?.security])).toEqual(
      VOTERS.map((host) => [host, 2, 1]),
    );

    const before = await fleet.console(FIRST, 'systemctl show -p InvocationID voter');
    const { code, hosts, text } = await outcomes(['host', 'patch', 'all']);
    expect(code, text).toBe(0);
    expect(hosts.map(({ host, text: told }) => [host, told])).toEqual(
      VOTERS.map((host) => [host, '1 package renewed, voter restarted, 2 services well']),
    );
    for (const host of VOTERS) {
      expect(await fleet.console(host, 'dpkg-query -W voter-library tool')).toBe(
        'tool\t1.0\nvoter-library\t1.1',
      );
      expect(
        await fleet.console(
          host,
          'grep -c "libvoter.*deleted" /proc/$(systemctl show -p MainPID --value voter)/maps',
        ),
      ).toBe('0');
    }
    expect(await fleet.console(FIRST, 'systemctl show -p InvocationID voter')).not.toBe(before);
    expect((await ledger(SECOND)).at(-1)).toMatchObject({
      action: 'patch',
      result: 'ok',
      reason: 'voter-library',
    });

    const rest = await outcomes(['host', 'patch', 'all', '--every-update']);
    expect(rest.code, rest.text).toBe(0);
    expect(rest.hosts).toHaveLength(2);
    expect((await fleet.unde(['host', 'patch', 'all', '--every-update'])).stdout).toContain(
      'nothing to renew on 3 host(s)',
    );
  });

  it('restarts a host in the same turn where a package wants that, if it may', async () => {
    const wants = 'touch /run/reboot-required; echo tool >>/run/reboot-required.pkgs';
    await packageFolder(fleet, FIRST, 'security', [{ name: 'tool', version: '3.0', postinst: wants }]);
    const patch = await outcomes(['host', 'patch', `host:${FIRST}`]);
    expect(patch.code, patch.text).toBe(0);
    expect(patch.hosts[0]).toMatchObject({
      text: '1 package renewed, 2 services well; it waits for a restart',
      hint: `unde host reboot host:${FIRST}`,
    });
    const before = await started(FIRST);
    const needed = await outcomes(['host', 'reboot', 'all', '--needed']);
    expect(needed.code, needed.text).toBe(0);
    expect(needed.hosts.map(({ host }) => host)).toEqual([FIRST]);
    expect(await started(FIRST)).not.toBe(before);

    await packageFolder(fleet, FIRST, 'security', [{ name: 'tool', version: '4.0', postinst: wants }]);
    const both = await outcomes(['host', 'patch', `host:${FIRST}`, '--reboot']);
    expect(both.code, both.text).toBe(0);
    expect(both.hosts[0]?.text).toContain('renewed; restarted, 2 services well');
  });

  it('stops at a host whose packages do not install, with apt’s own words', async () => {
    const before = await fleet.console(SECOND, 'dpkg-query -W voter-library');
    for (const host of VOTERS) {
      await packageFolder(fleet, host, 'security', [
        { name: 'voter-library', version: '1.2', file: LIBRARY, postinst: 'echo the vote is lost; exit 1' },
      ]);
    }
    const { code, hosts, text } = await outcomes(['host', 'patch', 'all']);
    expect(code, text).toBe(7);
    expect(hosts).toMatchObject([
      { host: FIRST, result: 'failed', text: 'its packages could not be renewed' },
      { host: SECOND, result: 'untouched' },
    ]);
    expect(hosts[0]?.details.join('\n')).toContain('the vote is lost');
    expect(await fleet.console(SECOND, 'dpkg-query -W voter-library')).toBe(before);
    expect((await ledger(FIRST)).at(-1)).toMatchObject({ action: 'patch', result: 'failed' });
  });

  it('begins nothing where a source does not answer', async () => {
    await fleet.console(
      SECOND,
      "printf 'Types: deb\\nURIs: file:/srv/nowhere\\nSuites: ./\\nTrusted: yes\\n' >/etc/apt/sources.list.d/gone.sources",
    );
    const answer = await fleet.exits(7, 'host', 'patch', `host:${SECOND}`);
    expect(answer.stderr).toContain('LISTS_NOT_FETCHED');
    expect(answer.stderr).toContain('/srv/nowhere');
  });
});
