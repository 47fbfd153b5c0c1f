import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseHistory } from '../../../../src/lib/operations/schedule/history-script.ts';
import { renderRecorder } from '../../../../src/lib/desired/units/record-script.ts';
import type { JobSpec } from '../../../../src/lib/manifest/job.ts';
import { bash } from '../../common/shell/bash.ts';
import { withVariables } from '../../common/shell/variables.ts';

const JOB: JobSpec = {
  name: 'poll_all',
  does: 'polls',
  calendar: 'hourly',
  command: '/bin/true',
  timeoutSeconds: 600,
  jitterSeconds: 40,
};
const NEXT = Date.UTC(2026, 10, 21, 16) / 1000;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'job-record-'));
  await mkdir(path.join(folder, 'bin'));
  await mkdir(path.join(folder, 'run'));
  await mkdir(path.join(folder, 'paused'));
  // What systemd would say on the host.
  const stubs = {
    systemctl: `cat ${folder}/active`,
    'systemd-analyze': `[[ "$*" == 'calendar --iterations=1 hourly UTC' ]] && printf '  Original form: hourly\\n    Next elapse: Sat 2026-11-21 16:00:00 UTC\\n       From now: 5min left\\n'`,
  };
  for (const [name, body] of Object.entries(stubs)) {
    await writeFile(path.join(folder, 'bin', name), `#!/bin/bash\n${body}\n`);
    await chmod(path.join(folder, 'bin', name), 0o755);
  }
  await writeFile(path.join(folder, 'active'), 'inactive\n');
});
afterEach(() => rm(folder, { recursive: true }));

function record(verb: string, env: NodeJS.ProcessEnv = {}, job = 'poll_all') {
  const script = withVariables(renderRecorder('scraper', [JOB], 'UTC'), {
    runs_folder: path.join(folder, 'jobs'),
    started_by: path.join(folder, 'run'),
    paused: path.join(folder, 'paused'),
    textfiles: path.join(folder, 'metrics'),
  });
  return bash(`set -- ${verb} ${job}\n${script}`, 'bash', {
    ...process.env,
    PATH: `${path.join(folder, 'bin')}:${process.env['PATH']}`,
    ...env,
  });
}

const BASE = 'unde-job-scraper-poll-all';
const runs = async () => parseHistory(await readFile(path.join(folder, 'jobs', `${BASE}.jsonl`), 'utf8'));
const metric = async (name: string, file = `${BASE}.prom`) => {
  const text = await readFile(path.join(folder, 'metrics', file), 'utf8');
  return new RegExp(`^${name}\\{service="scraper",job="poll_all"\\} (.*)$`, 'm').exec(text)?.[1];
};

describe('the recorder of jobs', () => {
  it('writes down a run: when, how long, how it ended, and what started it', async () => {
    record('started', { TRIGGER_UNIT: `${BASE}.timer`, INVOCATION_ID: 'ab12' });
    expect(record('ended', { SERVICE_RESULT: 'exit-code', EXIT_STATUS: '3' })).toMatchObject({
      code: 0,
      stderr: '',
    });
    const [run] = await runs();
    expect(run).toMatchObject({ result: 'exit-code', status: '3', by: 'timer', invocation: 'ab12' });
    expect(Math.abs((run?.started ?? 0) - Date.now() / 1000)).toBeLessThan(10);
    expect(run?.seconds).toBeGreaterThanOrEqual(0);
    expect(run?.seconds).toBeLessThan(10);
  });

  it('tells Prometheus how the last run ended, and when one last ended well', async () => {
    record('started');
    record('ended', { SERVICE_RESULT: 'success', EXIT_STATUS: '0' });
    const well = await metric('unde_job_last_success_timestamp_seconds');
    expect(Math.abs(Number(well) - Date.now() / 1000)).toBeLessThan(10);
    expect(await metric('unde_job_last_result')).toBe('1');

    const file = path.join(folder, 'metrics', `${BASE}.prom`);
    await writeFile(file, (await readFile(file, 'utf8')).replace(` ${well}\n`, ' 1795000000\n'));
    record('started');
    record('ended', { SERVICE_RESULT: 'timeout', EXIT_STATUS: 'TERM' });
    expect(await metric('unde_job_last_result')).toBe('0');
    expect(await metric('unde_job_last_success_timestamp_seconds')).toBe('1795000000');
  });

  it('names the operator who started a run by hand, and only that run', async () => {
    await writeFile(path.join(folder, 'run', `${BASE}.by`), 'kim@ops"\n');
    for (let times = 0; times < 2; times++) {
      record('started');
      record('ended', { SERVICE_RESULT: 'success' });
    }
    expect((await runs()).map(({ by }) => by)).toEqual(['kim@ops', 'hand']);
  });

  it('works out by when the next run must have ended', async () => {
    record('due');
    const deadline = Number(await metric('unde_job_deadline_timestamp_seconds', `${BASE}.due.prom`));
    // Its longest duration, its random delay, and a minute.
    expect(deadline - NEXT).toBe(600 + 40 + 60);
  });

  it('expects nothing of a job that is paused', async () => {
    await writeFile(path.join(folder, 'paused', `${BASE}.timer`), '');
    record('due');
    expect(await metric('unde_job_deadline_timestamp_seconds', `${BASE}.due.prom`)).toBeUndefined();
    expect(await metric('unde_job_paused', `${BASE}.due.prom`)).toBe('1');
  });

  it('finds a run that a crash cut off, and counts it as failed', async () => {
    record('started', { TRIGGER_UNIT: `${BASE}.timer`, INVOCATION_ID: 'ab12' });
    record('due');
    expect(await runs()).toMatchObject([{ result: 'cut-off', by: 'timer', invocation: 'ab12' }]);
    expect(await metric('unde_job_last_result')).toBe('0');
    record('due');
    expect(await runs()).toHaveLength(1);
  });

  it('leaves a run alone that is under way when the timer starts', async () => {
    record('started');
    await writeFile(path.join(folder, 'active'), 'activating\n');
    record('due');
    await expect(runs()).rejects.toThrow('ENOENT');
    record('ended', { SERVICE_RESULT: 'success' });
    expect(await runs()).toMatchObject([{ result: 'success' }]);
  });

  it('remembers the last 500 runs, and drops older ones now and then', async () => {
    await mkdir(path.join(folder, 'jobs'));
    const line = '{"started":1,"seconds":1,"result":"success","status":"0","by":"timer","invocation":"x"}\n';
    await writeFile(path.join(folder, 'jobs', `${BASE}.jsonl`), line.repeat(1000));
    record('started');
    record('ended', { SERVICE_RESULT: 'success' });
    expect(await runs()).toHaveLength(500);
  });

  it('refuses a job that the service does not have', () => {
    expect(record('due', {}, 'other')).toMatchObject({ code: 2 });
  });
});
