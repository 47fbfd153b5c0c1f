import { describe, expect, it } from 'vitest';
import { jobUnits } from '../../../../src/lib/desired/units/job-unit.ts';
import type { JobSpec } from '../../../../src/lib/manifest/job.ts';

const JOB: JobSpec = {
  name: 'extraction_review_sample',
  does: '1% random sample',
  calendar: '*-*-* 06:00:00',
  command: '{{directory}}/current/node {{directory}}/current/sample.js',
  timeoutSeconds: 600,
};
const ROOT = '/etc/systemd/system/unde-job-orchestrator-extraction-review-sample';
const render = (job: Partial<JobSpec> = {}, zone = 'UTC') => {
  const { files } = jobUnits('orchestrator', [{ ...JOB, ...job }], zone);
  return (path: string) => files.find((file) => file.path === path)?.content.split('\n') ?? [];
};

describe('jobUnits', () => {
  it('renders nothing for a service without jobs', () => {
    expect(jobUnits('orchestrator', [], 'UTC')).toEqual({ files: [], timers: [] });
  });

  it('names the timers to start', () => {
    const other = { ...JOB, name: 'other' };
    expect(jobUnits('orchestrator', [JOB, other], 'UTC').timers).toEqual([
      'unde-job-orchestrator-extraction-review-sample.timer',
      'unde-job-orchestrator-other.timer',
    ]);
  });

  it('runs the command once at a time, for so long, and records how it ended', () => {
    const unit = render()(`${ROOT}.service`);
    expect(unit).toContain('Type=oneshot');
    expect(unit).toContain('TimeoutStartSec=600');
    expect(unit).toContain(
      'ExecStart=/var/lib/unde/services/orchestrator/current/node /var/lib/unde/services/orchestrator/current/sample.js',
    );
    expect(unit).toContain(
      'ExecStopPost=+-/usr/local/lib/unde/job-record-orchestrator ended extraction_review_sample',
    );
    expect(unit).toContain('SyslogIdentifier=unde-job-orchestrator-extraction-review-sample');
  });

  it('keeps systemd from reading specifiers in a description', () => {
    expect(render()(`${ROOT}.service`)).toContain(
      'Description=UNDE job extraction_review_sample of orchestrator: 1%% random sample',
    );
  });

  it("starts it by the fleet's clock, making up one missed run, unless it is paused", () => {
    const timer = render({}, 'Europe/Helsinki')(`${ROOT}.timer`);
    expect(timer).toContain('OnCalendar=*-*-* 06:00:00 Europe/Helsinki');
    expect(timer).toContain('Persistent=true');
    expect(timer).toContain('ConditionPathExists=!/var/lib/unde/paused/%n');
    expect(timer.join()).not.toContain('RandomizedDelaySec');
  });

  it('moves it by a delay that is the same every day', () => {
    const timer = render({ jitterSeconds: 90 })(`${ROOT}.timer`);
    expect(timer).toContain('RandomizedDelaySec=90');
    expect(timer).toContain('FixedRandomDelay=true');
  });

  it('takes rights away from a user that is not root', () => {
    const user = (name: string | undefined) =>
      render(name === undefined ? {} : { user: name })(`${ROOT}.service`);
    expect(user(undefined).join()).not.toContain('User=');
    expect(user('postgres')).toEqual(
      expect.arrayContaining(['User=postgres', 'CapabilityBoundingSet=', 'ProtectSystem=full']),
    );
    expect(user('postgres')).not.toContain('DynamicUser=yes');
  });

  it("gives the service's own user its settings and its folder", () => {
    expect(render({ user: 'unde-orchestrator' })(`${ROOT}.service`)).toEqual(
      expect.arrayContaining([
        'DynamicUser=yes',
        'StateDirectory=unde-orchestrator',
        'EnvironmentFile=-/etc/unde/orchestrator.env',
        'ProtectSystem=strict',
      ]),
    );
  });

  it('declares the jobs to Prometheus', () => {
    expect(render()('/var/lib/prometheus/node-exporter/unde-jobs-orchestrator.prom')).toContain(
      'unde_job_declared{service="orchestrator",job="extraction_review_sample"} 1',
    );
  });
});
