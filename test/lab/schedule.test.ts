import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobChange } from '../../src/lib/operations/schedule/pause-resume.ts';
import type { ListedJob } from '../../src/lib/operations/schedule/job-listing.ts';
import type { JobRun } from '../../src/lib/operations/schedule/job-run.ts';
import type { HistoryEntry } from '../../src/lib/fleet/ledger/history.ts';
import { placeChores, releaseChores } from './chores-fleet.ts';
import { TestFleet, until } from './fleet.ts';

const HOST = 'scraper';
const OTHER = 'local-mood';
let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('schedule', [HOST, OTHER]);
  await placeChores(fleet, [HOST, OTHER]);
  await fleet.ok('deploy', `chores,host:${HOST}+node-exporter`);
});
afterAll(async () => {
  await fleet?.down();
});

const list = async (selector = `host:${HOST}`) =>
  (await fleet.unde(['schedule', 'list', selector, '--json'])).json() as {
    timeZone: string;
    jobs: ListedJob[];
  };
const jobOn = async (job: string, host = HOST) =>
  (await list(`host:${host}`)).jobs.find((each) => each.job === job);
const history = async (job: string, host = HOST) => {
  const answer = await fleet.unde(['schedule', 'history', job, '--host', host, '-n', '200', '--json']);
  return (answer.json() as { runs: JobRun[] }).runs;
};
/** Waits until a job has noted that it runs. */
const running = (job: string) =>
  until(
    `${job} to run`,
    () => jobOn(job),
    (seen) => (seen?.runningSince ?? 0) > 0,
  );
/** What node-exporter tells of a job. */
const metrics = async (job: string) =>
  (await fleet.get(HOST, 9100, '/metrics'))
    .split('\n')
    .filter((line) => line.includes(`job="${job}"`))
    .join('\n');

describe('unde schedule, on real machines', { timeout: 300_000 }, () => {
  it('lists the jobs of the fleet with their next times, in the time zone of the inventory', async () => {
    const { jobs } = await list('all');
    expect(jobs.filter(({ job }) => job === 'monthly_round').map(({ host }) => host)).toEqual([OTHER, HOST]);
    const monthly = jobs.find(({ job }) => job === 'monthly_round');
    const now = new Date();
    expect(monthly?.next).toBe(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1) / 1000);
    expect(monthly).toMatchObject({ deployed: true, last: null, paused: null, runningSince: null });
    expect((await fleet.unde(['schedule', 'list'])).stdout).toContain('NEXT (UTC)');
  });

  it('runs a job by its timer, and never twice at a time', async () => {
    const ticks = await until(
      'four runs',
      () => fleet.on(HOST, 'cat /run/chores-ticks'),
      (seen) => seen.split('\n').length >= 8,
    );
    const lines = ticks.split('\n');
    expect(lines.map((line, index) => line === (index % 2 === 0 ? 'begin' : 'end'))).not.toContain(false);
    const runs = await history('tick');
    expect(runs.length).toBeGreaterThanOrEqual(3);
    for (const run of runs) expect(run).toMatchObject({ result: 'success', by: 'timer' });
    expect(runs[0]?.seconds).toBeGreaterThan(1.4);
    await until(
      'its metric',
      () => metrics('tick'),
      (text) => /^unde_job_last_result\{job="tick",service="chores"\} 1$/m.test(text),
    );
    // What came due every second would drown the journal of the tests that follow.
    await fleet.ok('schedule', 'pause', 'tick', '-m', 'seen enough');
  });

  it('runs a job by hand, shows what it says, and answers by its result', async () => {
    const well = await fleet.ok('schedule', 'run', 'tidy_own_folder', '--host', HOST, '--wait');
    expect(well.stdout).toContain('/var/lib/private/unde-chores\nmark=none\n1\n');
    expect(well.stdout).toContain(`✔ tidy_own_folder on ${HOST}: ok`);
    expect((await history('tidy_own_folder'))[0]).toMatchObject({ by: 'tester@bench', result: 'success' });

    const broken = await fleet.exits(7, 'schedule', 'run', 'break_something', '--host', HOST, '--wait');
    expect(broken.stdout).toContain('it breaks\n');
    expect(broken.stdout).toContain(`✘ break_something on ${HOST}: exit 3`);

    const slow = await fleet.exits(7, 'schedule', 'run', 'take_too_long', '--host', HOST, '-w', '--json');
    expect(slow.json()).toMatchObject({ state: 'ended', run: { result: 'timeout' } });
  });

  it('shows a failed job: to whoever lists, and to Prometheus', async () => {
    const answer = await fleet.exits(10, 'schedule', 'list', `host:${HOST}`);
    expect(answer.stdout).toMatch(/^break_something .* exit 3 /m);
    const text = await metrics('break_something');
    expect(text).toContain('unde_job_last_result{job="break_something",service="chores"} 0');
    expect(text).toContain('unde_job_declared{job="break_something",service="chores"} 1');
    expect(text).not.toContain('last_success');
  });

  it('refuses to start what is running', async () => {
    await fleet.on(HOST, 'rm -f /run/chores-go');
    await fleet.ok('schedule', 'run', 'wait_for_it', '--host', HOST);
    await running('wait_for_it');
    const again = await fleet.exits(4, 'schedule', 'run', 'wait-for-it', '--host', HOST);
    expect(again.stderr).toMatch(
      /JOB_RUNNING.*wait_for_it on scraper is running since .* UTC, started by tester@bench/,
    );
    await fleet.on(HOST, 'touch /run/chores-go');
    await until(
      'its end',
      () => history('wait_for_it'),
      (runs) => runs.length > 0,
    );
    expect(await history('wait_for_it')).toMatchObject([{ result: 'success' }]);
  });

  it('asks where a job is meant that several hosts have, and helps with its name', async () => {
    const several = await fleet.exits(2, 'schedule', 'run', 'break_something');
    expect(several.stderr).toContain('--host local-mood');
    expect((await fleet.unde(['schedule', 'pause', 'brake_something', '-m', 'x'])).stderr).toContain(
      'did you mean break_something?',
    );
  });

  it('pauses a job over a deploy, and says by whom and why', async () => {
    await fleet.ok('schedule', 'pause', 'monthly_round', '--host', HOST, '-m', 'a "look" at it');
    await placeChores(fleet, [HOST, OTHER], { mark: 'two' });
    await fleet.ok('deploy', 'chores');
    expect(await jobOn('monthly_round')).toMatchObject({
      next: null,
      paused: { by: 'tester@bench', reason: 'a "look" at it' },
    });
    expect(await jobOn('monthly_round', OTHER)).toMatchObject({ paused: null });
    await fleet.ok('drift', `chores+host:${HOST}`);
    expect(await metrics('monthly_round')).toContain(
      'unde_job_paused{job="monthly_round",service="chores"} 1',
    );
    // A paused job can be run by hand all the same.
    await fleet.ok('schedule', 'run', 'monthly_round', '--host', HOST, '--wait');
  });

  it('survives a crash of the host: pauses stay, a run that was cut off has failed, a missed one is made up once', async () => {
    await fleet.on(
      HOST,
      `rm -f /run/chores-go; touch -d '-800 days' /var/lib/systemd/timers/stamp-unde-job-chores-tidy-own-folder.timer`,
    );
    await fleet.ok('schedule', 'run', 'wait_for_it', '--host', HOST);
    await running('wait_for_it');
    const before = await history('tidy_own_folder');
    const boot = await fleet.console(HOST, 'sync; systemctl show -p UserspaceTimestampMonotonic');
    await fleet.console(HOST, 'systemctl reboot --force --force');
    await until(
      'the restart',
      () => fleet.console(HOST, 'systemctl show -p UserspaceTimestampMonotonic'),
      (seen) => seen.includes('Userspace') && seen !== boot,
      120,
    );
    const runs = await until(
      'the run that was missed',
      () => history('tidy_own_folder').catch(() => []),
      (seen) => seen.length > before.length,
      180,
    );
    expect(runs).toHaveLength(before.length + 1);
    expect(runs[0]).toMatchObject({ by: 'timer', result: 'success' });

    expect(await jobOn('monthly_round')).toMatchObject({ next: null, paused: { reason: 'a "look" at it' } });
    const cutOff = await until(
      'the run that was cut off',
      () => history('wait_for_it'),
      (seen) => seen[0]?.result === 'cut-off',
    );
    expect(cutOff[0]).toMatchObject({ by: 'tester@bench' });
    expect(await jobOn('wait_for_it')).toMatchObject({ runningSince: null });
    await until(
      'its metric',
      () => metrics('wait_for_it'),
      (text) => /last_result\{.*\} 0$/m.test(text),
    );
    // Two or three yearly runs were missed, and one was made up.
    expect(await history('tidy_own_folder')).toHaveLength(before.length + 1);
  });

  it('resumes a job: what was missed is made up at once, unless it is to be passed over', async () => {
    const stamp = (days: number) =>
      fleet.on(
        HOST,
        `touch -d '-${days} days' /var/lib/systemd/timers/stamp-unde-job-chores-monthly-round.timer`,
      );
    await stamp(70);
    const ran = (await history('monthly_round')).length;
    const passed = await fleet.ok('schedule', 'resume', 'monthly_round', '--skip-missed', '--json');
    expect((passed.json() as { jobs: JobChange[] }).jobs).toMatchObject([
      { host: OTHER, changed: false },
      { host: HOST, changed: true, before: { by: 'tester@bench' } },
    ]);
    expect((await jobOn('monthly_round'))?.next).toBeGreaterThan(Date.now() / 1000);
    expect(await history('monthly_round')).toHaveLength(ran);

    await fleet.ok('schedule', 'pause', 'monthly_round', '--host', HOST, '-m', 'again');
    await stamp(70);
    await fleet.ok('schedule', 'resume', 'monthly_round', '--host', HOST);
    await until(
      'the run that was missed',
      () => history('monthly_round'),
      (runs) => runs.length === ran + 1,
    );
    expect((await history('monthly_round'))[0]).toMatchObject({ by: 'timer' });
  });

  it('says when a timer was stopped by hand, and the plan starts it again', async () => {
    await fleet.on(HOST, 'systemctl stop unde-job-chores-monthly-round.timer');
    const answer = await fleet.exits(10, 'schedule', 'list', `host:${HOST}`);
    expect(answer.stdout).toMatch(/^monthly_round .* its timer is stopped /m);
    await fleet.exits(9, 'drift', `chores+host:${HOST}`);
    await fleet.ok('deploy', 'chores');
    expect((await jobOn('monthly_round'))?.next).toBeGreaterThan(0);
  });

  it("writes what operators did into the hosts' ledgers", async () => {
    const answer = await fleet.unde(['history', `chores+host:${HOST}`, '--json']);
    const { entries } = answer.json() as { entries: HistoryEntry[] };
    const did = entries.map(({ action, reason }) => `${action} ${reason}`);
    expect(did).toContain('pause job monthly_round: a "look" at it');
    expect(did).toContain('resume job monthly_round');
    expect(did).toContain('run job break_something');
    expect(entries.every(({ who }) => who === 'tester@bench')).toBe(true);
  });

  it('takes a job away, its timer and its alerts with it, when the service no longer has it', async () => {
    await releaseChores(fleet, (text) => text.replace(/^.*job\('break_something'.*$/m, ''));
    await fleet.ok('deploy', `chores+host:${HOST}`);
    expect(await jobOn('break_something')).toBeUndefined();
    expect(
      await fleet.on(
        HOST,
        'systemctl is-active unde-job-chores-break-something.timer; systemctl cat unde-job-chores-break-something.service 2>&1',
      ),
    ).toMatch(/^inactive\nNo files found/);
    // Its last result is still there, but it is declared no longer, which its alert asks for.
    expect(await metrics('break_something')).not.toContain('unde_job_declared');
  });
});
