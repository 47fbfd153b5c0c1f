import { UndeError } from '../../lib/common/error/unde-error.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';
import { consumersOf, type Consumer } from '../../lib/desired/postgres/consumer.ts';
import { databaseOf, type Database } from '../../lib/manifest/endpoints/database.ts';
import { UNKNOWN_MEMORY } from '../../lib/desired/postgres/memory.ts';

/** The cluster of one host, as everything that is rendered for it knows it. */
export interface Cluster {
  readonly database: Database;
  /** The memory that the rule divides, in MB. */
  readonly memory: number;
  readonly consumers: readonly Consumer[];
}

/**
 * Which cluster a host has, from the inventory.
 *
 * @throws UndeError NO_DATABASE, UNKNOWN_DATABASE
 */
export function clusterOf(scope: RenderScope): Cluster {
  const database = databaseSetting(scope);
  return { database, memory: memoryOf(scope), consumers: consumersOf(scope, database) };
}

function databaseSetting({ host, settings }: RenderScope): Database {
  if (settings['database']) return databaseOf(settings['database']);
  throw new UndeError({
    code: 'NO_DATABASE',
    message: `the inventory places postgres on ${host.name}, but does not say which database is there`,
    exit: 'config',
    where: { host: host.name },
    hint: `under ${host.name}: settings: { postgres: { database: production } }`,
  });
}

/** A lab's machines share the memory of one, whatever the inventory says of the real ones. */
function memoryOf({ host, settings, context }: RenderScope): number {
  const given = Number(settings['memory_mb']);
  if (given > 0) return given;
  if (context === 'lab' || host.ramGb === undefined) return UNKNOWN_MEMORY;
  return Math.floor(host.ramGb * 1024);
}
