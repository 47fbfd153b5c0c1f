import type { JobSpec } from '../../manifest/job.ts';

/** The systemd units of a job. */
export interface JobUnits {
  /** What runs: a oneshot service. */
  readonly service: string;
  /** What starts it. */
  readonly timer: string;
}

/** The name that a job's files on a host share: `unde-job-<service>-<job>`. */
export function jobBase(service: string, job: Pick<JobSpec, 'name'>): string {
  return `unde-job-${service}-${job.name.replaceAll('_', '-')}`;
}

/** The systemd units of a job of a service. */
export function jobUnitNames(service: string, job: Pick<JobSpec, 'name'>): JobUnits {
  const base = jobBase(service, job);
  return { service: `${base}.service`, timer: `${base}.timer` };
}
