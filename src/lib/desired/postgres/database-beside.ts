import { UndeError } from '../../common/error/unde-error.ts';
import type { RenderScope } from '../../manifest/manifest.ts';
import { databaseOf, type Database } from '../../manifest/endpoints/database.ts';

/**
 * The database of the PostgreSQL that a service stands beside.
 *
 * @param service The service that asks, for the error.
 * @throws UndeError NO_DATABASE, UNKNOWN_DATABASE
 */
export function databaseBeside(
  { host, settingsOf }: Pick<RenderScope, 'host' | 'settingsOf'>,
  service: string,
): Database {
  if (host.services.includes('postgres')) return databaseOf(settingsOf(host, 'postgres')['database'] ?? '');
  throw new UndeError({
    code: 'NO_DATABASE',
    message: `the inventory places ${service} on ${host.name}, where no postgres is`,
    exit: 'config',
    where: { host: host.name },
    hint: `place postgres there too, or take ${service} away`,
  });
}
