import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePause } from '../../../../src/lib/operations/schedule/job-state.ts';
import { pauseScript, resumeScript } from '../../../../src/lib/operations/schedule/pause-script.ts';
import { runScript } from '../../../../src/lib/operations/schedule/run-script.ts';
import { parseLedgerLine } from '../../../../src/lib/fleet/ledger/entry.ts';
import { bash, HOSTILE } from '../../common/shell/bash.ts';
import { placedJob } from '../../desired/units/job-fixture.ts';

const JOB = placedJob('poll_all');
const TIMER = 'unde-job-scraper-poll-all.timer';
const REQUEST = { id: '20261121-1', by: 'kim@ops' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'job-scripts-'));
  for (const name of ['bin', 'unde', 'timers']) await mkdir(path.join(folder, name));
  await systemctl('loaded');
  await writeFile(path.join(folder, 'bin/recorder'), `#!/bin/bash\necho "recorder $*" >>${folder}/did\n`);
  await chmod(path.join(folder, 'bin/recorder'), 0o755);
});
afterEach(() => rm(folder, { recursive: true }));

/** A systemd whose units are in one state, and which notes what it is told to do. */
async function systemctl(load: string, active = 'inactive'): Promise<void> {
  const text = `#!/bin/bash
case $1 in
  show) case $* in *LoadState*) echo ${load} ;; *--value*InvocationID* | *InvocationID*--value*) cat ${folder}/invocation 2>/dev/null ;; esac ;;
  is-active) echo ${active} ;;
  *) echo "systemctl $*" >>${folder}/did; [[ $1 != start ]] || echo new >${folder}/invocation ;;
esac
`;
  await writeFile(path.join(folder, 'bin/systemctl'), text);
  await chmod(path.join(folder, 'bin/systemctl'), 0o755);
}

const run = (script: string) =>
  bash(
    script
      .replaceAll('/var/lib/unde', path.join(folder, 'unde'))
      .replaceAll('/run/unde/jobs', path.join(folder, 'run'))
      .replaceAll('/var/lib/systemd/timers', path.join(folder, 'timers'))
      .replaceAll('/usr/local/lib/unde/job-record-scraper', path.join(folder, 'bin/recorder')),
    'bash',
    { ...process.env, PATH: `${folder}/bin:${process.env['PATH']}` },
  );
const text = (name: string) => readFile(path.join(folder, name), 'utf8').catch(() => '');
const ledger = async () => (await text('unde/ledger.jsonl')).trim().split('\n').map(parseLedgerLine);

describe('pausing on a host', () => {
  it('leaves a marker before it stops the timer, and expects no run any more', async () => {
    expect(run(pauseScript(JOB, REQUEST, HOSTILE))).toMatchObject({ code: 0, stdout: 'paused \n' });
    expect(parsePause((await text(`unde/paused/${TIMER}`)).trim())).toMatchObject({
      by: 'kim@ops',
      reason: HOSTILE,
    });
    expect(await text('did')).toBe(`systemctl stop ${TIMER}\nrecorder due poll_all\n`);
    expect(await ledger()).toMatchObject([
      { action: 'pause', service: 'scraper', who: 'kim@ops', reason: `job poll_all: ${HOSTILE}` },
    ]);
  });

  it('tells of the pause that was there', async () => {
    run(pauseScript(JOB, REQUEST, 'first'));
    expect(run(pauseScript(JOB, REQUEST, 'second')).stdout).toMatch(/^paused \d+\tkim@ops\tfirst\n$/);
  });

  it('keeps a reason of several lines on one', async () => {
    run(pauseScript(JOB, REQUEST, 'one\ntwo\tthree'));
    expect(parsePause((await text(`unde/paused/${TIMER}`)).trim()).reason).toBe('one two three');
  });

  it('touches nothing where the job is not', async () => {
    await systemctl('not-found');
    expect(run(pauseScript(JOB, REQUEST, 'x')).stdout).toBe('absent\n');
    expect(await text('did')).toBe('');
  });
});

describe('resuming on a host', () => {
  it('takes the marker away and starts the timer', async () => {
    run(pauseScript(JOB, REQUEST, 'why'));
    expect(run(resumeScript(JOB, REQUEST, false)).stdout).toMatch(/^resumed \d+\tkim@ops\twhy\n$/);
    expect(await text(`unde/paused/${TIMER}`)).toBe('');
    expect(await text('did')).toContain(`systemctl start ${TIMER}`);
    expect(await text(`timers/stamp-${TIMER}`)).toBe('');
  });

  it('passes over a missed run by the timer’s own stamp', async () => {
    await writeFile(path.join(folder, 'timers', `stamp-${TIMER}`), 'old');
    run(pauseScript(JOB, REQUEST, 'why'));
    const before = Date.now();
    run(`touch -d '-9 days' ${folder}/timers/stamp-${TIMER}\n${resumeScript(JOB, REQUEST, true)}`);
    const { stdout } = bash(`stat -c %Y ${folder}/timers/stamp-${TIMER}`);
    expect(Number(stdout) * 1000).toBeGreaterThan(before - 2000);
  });

  it('changes nothing where nothing is paused', async () => {
    expect(run(resumeScript(JOB, REQUEST, false)).stdout).toBe('not paused\n');
    expect(await text('did')).toBe('');
  });
});

describe('starting on a host', () => {
  it('says who it is for, and names the run', async () => {
    expect(run(runScript(JOB, { ...REQUEST, wait: false }))).toMatchObject({
      code: 0,
      stdout: 'started new\n',
    });
    expect(await text('run/unde-job-scraper-poll-all.by')).toBe('kim@ops');
    expect(await text('did')).toBe('systemctl start --no-block unde-job-scraper-poll-all.service\n');
    expect(await ledger()).toMatchObject([{ action: 'run', reason: 'job poll_all' }]);
  });

  it('starts nothing that is running', async () => {
    await systemctl('loaded', 'activating');
    await mkdir(path.join(folder, 'unde/jobs'));
    await writeFile(
      path.join(folder, 'unde/jobs/unde-job-scraper-poll-all.running'),
      '1795274852 91.5 timer ab12\n',
    );
    expect(run(runScript(JOB, { ...REQUEST, wait: true })).stdout).toBe('running 1795274852 timer\n');
    expect(await text('did')).toBe('');
  });

  it('says where the job is not', async () => {
    await systemctl('not-found');
    expect(run(runScript(JOB, { ...REQUEST, wait: true })).stdout).toBe('absent\n');
  });
});
