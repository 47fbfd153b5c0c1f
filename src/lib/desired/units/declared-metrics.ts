import type { JobSpec } from '../../manifest/job.ts';
import type { RenderedFile } from '../../manifest/rendered-file.ts';
import { TEXTFILES } from '../../common/layout/layout.ts';

/**
 * The jobs that a host should have, for Prometheus. What a job left behind counts only while the job is declared here:
 * the file goes away with the service or its last job, and is rendered anew when one of them does.
 */
export function declaredMetrics(service: string, jobs: readonly JobSpec[]): RenderedFile {
  return {
    path: `${TEXTFILES}/unde-jobs-${service}.prom`,
    content: [
      '# HELP unde_job_declared 1 for each scheduled job that this host should run.',
      '# TYPE unde_job_declared gauge',
      ...jobs.map(({ name }) => `unde_job_declared{service="${service}",job="${name}"} 1`),
      '',
    ].join('\n'),
    mode: 0o644,
  };
}
