import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  backAtWorkScript,
  drainScript,
  undrainScript,
} from '../../../../src/lib/operations/host/drain-script.ts';
import { quietScript } from '../../../../src/lib/operations/host/end-jobs-script.ts';
import { HOSTILE } from '../../common/shell/bash.ts';
import { FakeHost } from './fake-host.ts';

let host: FakeHost;
beforeEach(() => {
  host = new FakeHost();
});
afterEach(() => host.remove());

const UNITS = ['unde-hello.service', 'unde-embedder.service'];
const drain = (reason = 'new disk', jobsSeconds = 5) =>
  drainScript({ by: 'kim@ops', reason, units: UNITS, record: ':' }, jobsSeconds);

describe('a host that is brought to rest', () => {
  it('starts no more jobs, waits for those that run, and then stops our services', () => {
    host.write('timers/unde-job-hello-sync.timer', '');
    host.write('jobs/unde-job-hello-sync.service', '3');
    expect(host.run(`${quietScript(UNITS)}; echo "timers \${timers[*]}"`).stdout).toBe(
      'timers unde-job-hello-sync.timer\n',
    );
    expect(host.asked()).toEqual([
      'stop unde-job-hello-sync.timer',
      'stop unde-hello.service',
      'stop unde-embedder.service',
    ]);
    expect(host.text('jobs/unde-job-hello-sync.service')).toBe('0\n');
  });

  it('is left at work where a job does not end in time', () => {
    host.write('timers/unde-job-hello-sync.timer', '');
    host.write('jobs/unde-job-hello-sync.service', '1000000');
    const { code, stdout } = host.run(quietScript(UNITS, 1));
    expect([code, stdout]).toEqual([21, 'busy unde-job-hello-sync.service\n']);
    expect(host.asked()).toEqual(['stop unde-job-hello-sync.timer', 'start unde-job-hello-sync.timer']);
  });

  it('needs neither jobs nor services', () => {
    expect(host.run(`${quietScript([])}; echo done`).stdout).toBe('done\n');
    expect(host.asked()).toEqual([]);
  });
});

describe('a drained host', () => {
  it('remembers who, why, and what to start again; neither boots nor deploys start it', () => {
    host.write('timers/unde-job-hello-sync.timer', '');
    const { stdout } = host.run(drain());
    expect(stdout).toContain('drained\ntimer unde-job-hello-sync.timer\n');
    expect(host.text('state/drained').split('\n').slice(1)).toEqual([
      'kim@ops',
      'new disk',
      'unit unde-hello.service',
      'unit unde-embedder.service',
      'timer unde-job-hello-sync.timer',
      '',
    ]);
    expect(host.text('state/paused/unde-job-hello-sync.timer')).toMatch(
      /^\d+\tkim@ops\tthe host is drained: new disk\n$/,
    );
    expect(host.asked().slice(-2)).toEqual([
      'disable --quiet unde-hello.service',
      'disable --quiet unde-embedder.service',
    ]);
  });

  it('is not drained twice', () => {
    host.run(drain());
    const before = host.text('state/drained');
    expect(host.run(drain('another reason')).stdout).toBe('already\n');
    expect(host.text('state/drained')).toBe(before);
  });

  it('takes any reason for a text', () => {
    host.run(drain(HOSTILE));
    expect(host.text('state/drained').split('\n')[2]).toBe(HOSTILE);
  });

  it('is put back: units enabled, then jobs resumed and the marker gone', () => {
    host.write('timers/unde-job-hello-sync.timer', '');
    host.run(drain());
    expect(host.run(undrainScript()).stdout).toBe(
      'unit unde-hello.service\nunit unde-embedder.service\nenabled\n',
    );
    expect(host.text('state/drained')).not.toBe('');
    expect(host.run(backAtWorkScript('echo recorded')).stdout).toBe('recorded\nback\n');
    expect(host.asked().at(-1)).toBe('start unde-job-hello-sync.timer');
    expect(host.text('state/drained')).toBe('');
    expect(host.text('state/paused/unde-job-hello-sync.timer')).toBe('');
  });

  it('is not put back where it was not drained', () => {
    expect(host.run(undrainScript()).stdout).toBe('absent\n');
    expect(host.asked()).toEqual([]);
  });
});
