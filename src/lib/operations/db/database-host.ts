import { UndeError } from '../../common/error/unde-error.ts';
import { contextLabel } from '../../common/context/context.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Host } from '../../inventory/inventory.ts';
import { settingsFor } from '../../inventory/settings.ts';
import type { Database } from '../../manifest/endpoints/database.ts';

/** The hosts of the inventory whose PostgreSQL has a database. */
function placedOn(fleet: Fleet, database: Database): Host[] {
  return fleet.inventory.hosts.filter(
    (host) =>
      host.services.includes('postgres') &&
      settingsFor(fleet.inventory, host, 'postgres')['database'] === database,
  );
}

/** Whether a database is among what this context has; a lab may have been booted without its host. */
export function hasDatabase(fleet: Fleet, database: Database): boolean {
  return placedOn(fleet, database).some(({ name }) => fleet.hosts.some((host) => host.name === name));
}

/**
 * The host of a database.
 *
 * @throws UndeError NO_DATABASE_HOST, NOT_IN_LAB
 */
export function databaseHost(fleet: Fleet, database: Database): Host {
  const placed = placedOn(fleet, database);
  const [host] = placed;
  if (host === undefined || placed.length > 1) {
    throw new UndeError({
      code: 'NO_DATABASE_HOST',
      message:
        host === undefined
          ? `no host of the inventory has the database ${database}`
          : `${placed.map(({ name }) => name).join(' and ')} both have the database ${database}`,
      exit: 'config',
      where: { file: fleet.inventory.file },
      hint: `one host with postgres: settings: { postgres: { database: ${database} } }`,
    });
  }
  if (fleet.hosts.some(({ name }) => name === host.name)) return host;
  throw new UndeError({
    code: 'NOT_IN_LAB',
    message: `${host.name}, which has the database ${database}, is not one of the hosts of ${contextLabel(fleet.context)}`,
    exit: 'refused',
    where: { host: host.name },
    hint: `unde lab up ${host.name}`,
  });
}
