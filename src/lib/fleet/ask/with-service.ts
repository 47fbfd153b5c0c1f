import { UndeError } from '../../common/error/unde-error.ts';
import type { Catalog } from '../../manifest/catalog.ts';
import type { Fleet } from '../fleet.ts';
import { askService, followService, type ServiceAnswer, type ServiceRequest } from './ask-service.ts';
import { withHost } from './with-host.ts';

/** A service that is asked over one connection to its host. */
export interface AskedService {
  /** See {@link askService}. */
  ask(request: Omit<ServiceRequest, 'port'>): Promise<ServiceAnswer>;
  /** See {@link followService}. */
  follow(request: Omit<ServiceRequest, 'port'>, onData: (data: string) => void): Promise<ServiceAnswer>;
}

/**
 * Works with a service that stands on one host of the fleet, the first one where it stands on several.
 *
 * @throws UndeError NOT_IN_FLEET, UNREACHABLE and others of the connection, and what the work throws
 */
export async function withService<T>(
  fleet: Fleet,
  catalog: Catalog,
  service: string,
  work: (service: AskedService) => Promise<T>,
): Promise<T> {
  const host = fleet.hosts.find(({ services }) => services.includes(service));
  if (host === undefined) {
    throw new UndeError({
      code: 'NOT_IN_FLEET',
      message: `no host of this fleet runs ${service}`,
      exit: 'refused',
      hint: `unde lab up ${service}`,
    });
  }
  const { port = 0 } = await catalog.manifest(service);
  return withHost(fleet, host, (connection) =>
    work({
      ask: (request) => askService(connection, { ...request, port }),
      follow: (request, onData) => followService(connection, { ...request, port }, onData),
    }),
  );
}
