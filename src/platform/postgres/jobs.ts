import type { JobSpec } from '../../lib/manifest/job.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';
import { databaseName } from '../../lib/manifest/endpoints/database.ts';
import { PROGRAMS, SOCKETS } from '../../lib/common/layout/postgres.ts';
import { clusterOf } from './cluster.ts';

/** What is done in a database by the clock: Staging DB keeps 30 days. */
export function postgresJobs(scope: RenderScope): JobSpec[] {
  const { database } = clusterOf(scope);
  if (database !== 'staging') return [];
  return [
    {
      name: 'cleanup_old_data',
      does: 'removes what is older than 30 days, and makes the partitions of the days to come',
      calendar: '*-*-* 04:00:00',
      // The procedure commits as it goes along, so it must not stand inside a transaction.
      command: `${PROGRAMS}/psql -X -q -v ON_ERROR_STOP=1 -h ${SOCKETS} -d ${databaseName(database)} -c "CALL cleanup_old_data()"`,
      user: 'postgres',
      timeoutSeconds: 3600,
    },
  ];
}
