import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabClock } from '../../src/lib/lab/clock/clock.ts';
import type { LabStatus } from '../../src/lib/lab/status.ts';
import { firings, rehearse } from './calendar.ts';
import { placeChores } from './chores-fleet.ts';
import { TestFleet, until } from './fleet.ts';

const HOST = 'scraper';
const DATABASE = 'staging-db';
const DAY = 86_400;
let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('clock', [HOST, DATABASE]);
  await placeChores(fleet, [HOST]);
  await fleet.ok(
    'deploy',
    `chores,postgres+host:${DATABASE},pgbouncer+host:${DATABASE},node-exporter+host:${HOST}`,
  );
});
afterAll(async () => {
  await fleet?.down();
});

async function clock(host: string, ...offset: string[]): Promise<LabClock> {
  const answer = await fleet.ok('lab', 'clock', host, ...offset, '--name', fleet.lab, '--json');
  return answer.json() as LabClock;
}

/** How many seconds what a host says is from this machine's clock. */
const ahead = (seconds: string) => Math.round(Number(seconds) - Date.now() / 1000);
/** What PostgreSQL takes the time to be. */
const databaseTime = () =>
  fleet.console(
    DATABASE,
    "/usr/lib/postgresql/17/bin/psql -XqAt -h /run/postgresql -U postgres -c 'SELECT extract(epoch FROM clock_timestamp())'",
  );
/** What a service of ours takes the time to be. */
const serviceTime = async (port = 8098) => {
  const said = await fleet.on(HOST, `curl -si http://127.0.0.1:${port}/health`);
  return String(Date.parse(/^date: (.*)$/im.exec(said)?.[1] ?? '') / 1000);
};
/** A day is what the clock is moved by; a busy machine takes its time to ask. */
const near = (offset: number) => ({ from: offset - 60, to: offset + 60 });

function expectAhead(seconds: string, offset: number): void {
  const { from, to } = near(offset);
  expect(ahead(seconds)).toBeGreaterThanOrEqual(from);
  expect(ahead(seconds)).toBeLessThanOrEqual(to);
}

/** When a timer of the databases' host fired last, by systemd's own clock. */
const lastFired = () =>
  fleet.console(DATABASE, 'systemctl show -p LastTriggerUSecMonotonic --value unde-pgbouncer-metrics.timer');

describe('unde lab clock', () => {
  let fired: string;

  it('moves PostgreSQL’s clock, there and back, and moves it on without a restart', async () => {
    expect(await clock(DATABASE, '+30d')).toMatchObject({
      offset: 30 * DAY,
      restarted: ['pgbouncer.service', 'unde-postgres.service'],
    });
    expectAhead(await databaseTime(), 30 * DAY);
    // Of timers by the calendar, schedule.test.ts tells; this is the other kind.
    fired = await until('the first look at the pools', lastFired, (seen) => seen !== '0');
    expect((await clock(DATABASE, '+31d')).restarted).toEqual([]);
    expectAhead(await databaseTime(), 31 * DAY);
    expect(await fleet.console(DATABASE, '/usr/local/lib/unde/postgres-health; echo "code $?"')).toBe(
      'code 0',
    );
    expect(await clock(DATABASE, 'reset')).toMatchObject({
      offset: 0,
      restarted: ['pgbouncer.service', 'unde-postgres.service'],
    });
    expectAhead(await databaseTime(), 0);
    expect(await fleet.console(DATABASE, 'find /etc -name "*lab*clock*"')).toBe('');
  });

  it('moves services, and names what it cannot reach by what that is', async () => {
    // A program that is linked statically, as a job that waits for its time.
    await fleet.console(
      HOST,
      "printf '[Service]\\nType=oneshot\\nExecStart=/usr/sbin/ldconfig -p\\n' >/etc/systemd/system/unde-job-static.service; systemctl daemon-reload",
    );
    const { units, timers } = await clock(HOST, '+400d');
    await fleet.console(HOST, 'rm /etc/systemd/system/unde-job-static.service; systemctl daemon-reload');
    expectAhead(await serviceTime(), 400 * DAY);
    const reached = units.filter((unit) => unit.reached).map(({ unit }) => unit);
    expect(reached).toEqual(
      expect.arrayContaining(['unde-chores.service', 'unde-job-chores-monthly-round.service']),
    );
    expect(units.filter((unit) => !unit.reached)).toEqual([
      {
        unit: 'prometheus-node-exporter.service',
        running: true,
        reached: false,
        why: 'go',
        program: '/usr/bin/prometheus-node-exporter',
      },
      {
        unit: 'unde-job-static.service',
        running: false,
        reached: false,
        why: 'static',
        program: '/usr/sbin/ldconfig',
      },
    ]);
    // Go has the library loaded, too, and does not ask it: what its metrics say is the kernel's time.
    const metrics = await fleet.on(
      HOST,
      'grep -c libfaketime /proc/$(pidof prometheus-node-exporter)/maps; curl -s localhost:9100/metrics | grep ^node_time_seconds',
    );
    expect(metrics).toMatch(/^[1-9]/);
    expectAhead(/^node_time_seconds (\S+)/m.exec(metrics)?.[1] ?? '', 0);
    expect(timers).toBeGreaterThanOrEqual(6);
    const shown = await fleet.unde(['lab', 'clock', HOST, '--name', fleet.lab]);
    expect(shown.stdout).toMatch(/^not reached +prometheus-node-exporter.service .* is Go/m);
    expect(shown.stdout).toContain('not reached: systemd itself');
    // sshd is spared, so that the ledger and what operators see tell the truth.
    expectAhead(await fleet.on(HOST, 'date +%s'), 0);
    // systemd's timers come due by the kernel's clock.
    const listed = (await fleet.unde(['schedule', 'list', `host:${HOST}`, '--json'])).json() as {
      jobs: { job: string; next: number | null }[];
    };
    const monthly = listed.jobs.find(({ job }) => job === 'monthly_round');
    expect(ahead(String(monthly?.next))).toBeLessThan(32 * DAY);
  });

  it('is seen in the lab’s status; a deploy keeps it, and drift finds nothing', async () => {
    const { machines } = (
      await fleet.unde(['lab', 'status', '--name', fleet.lab, '--json'])
    ).json() as LabStatus;
    expect(machines.map(({ name, clockOffset }) => [name, clockOffset])).toEqual([
      [HOST, 400 * DAY],
      [DATABASE, 0],
    ]);
    expect((await fleet.unde(['lab', 'status', '--name', fleet.lab])).stdout).toContain('clock +400d');
    await fleet.ok('drift', `chores+host:${HOST}`);
    await placeChores(fleet, [HOST], { mark: 'later' });
    await fleet.ok('deploy', `chores+host:${HOST}`);
    expectAhead(await serviceTime(), 400 * DAY);
    // Who deployed when is no matter of pretending.
    const { entries } = (await fleet.unde(['history', `chores+host:${HOST}`, '--json'])).json() as {
      entries: { at: number }[];
    };
    expect(Math.abs(ahead(String(entries[0]?.at)))).toBeLessThan(600);
    await clock(HOST, 'reset');
    expectAhead(await serviceTime(), 0);
  });

  it('leaves systemd’s timers of the other kind, every so many seconds, to their own pace', async () => {
    await until('another look at the pools', lastFired, (seen) => seen !== fired, 120);
  });

  it('refuses what it cannot read, and machines that there are not', async () => {
    await fleet.exits(2, 'lab', 'clock', HOST, 'tomorrow', '--name', fleet.lab);
    expect((await fleet.unde(['lab', 'clock', 'push', '+1d', '--name', fleet.lab])).stderr).toContain(
      'NOT_IN_LAB',
    );
  });
});

describe('the rehearsal of a calendar', () => {
  const year = new Date().getUTCFullYear() + 1;
  const at = (month: number, day = 1) => Date.UTC(year, month - 1, day) / 1000;

  it('starts jobs in the order of their OnCalendar lines, each at its own time', async () => {
    const jobs = ['monthly_round', 'break_something'];
    const expected = [
      { service: 'chores', job: 'break_something', at: at(1) },
      { service: 'chores', job: 'monthly_round', at: at(1) },
      { service: 'chores', job: 'monthly_round', at: at(2) },
    ];
    const span = { from: at(1), to: at(3) - 1 };
    expect(await firings(fleet, HOST, span, jobs)).toEqual(expected);
    const runs = await rehearse(fleet, HOST, span, jobs);
    expect(runs).toMatchObject(expected);
    expect(runs.map(({ answer }) => answer)).toMatchObject([
      { state: 'ended', run: { result: 'exit-code', by: 'tester@bench' } },
      { state: 'ended', run: { result: 'success' } },
      { state: 'ended', run: { result: 'success' } },
    ]);
    for (const run of runs) {
      const started = run.answer.state === 'ended' ? (run.answer.run?.started ?? 0) : 0;
      expect(started - run.at).toBeGreaterThanOrEqual(-1);
      expect(started - run.at).toBeLessThan(120);
    }
  });

  it('refuses a job that comes due without end', async () => {
    await expect(firings(fleet, HOST, { from: at(1), to: at(2) }, ['tick'])).rejects.toThrow(
      'more than 400 times',
    );
  });
});
