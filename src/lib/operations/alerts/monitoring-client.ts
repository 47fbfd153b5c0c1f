import { UndeError, messageOf } from '../../common/error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { askService, type ServiceRequest } from '../../fleet/ask/ask-service.ts';
import type { Host } from '../../inventory/inventory.ts';
import type { Catalog } from '../../manifest/catalog.ts';
import { connect } from '../../fleet/ssh/connect.ts';
import type { Connection } from '../../fleet/ssh/connection.ts';

/** The two of monitoring that know of alerts. */
type Watcher = 'prometheus' | 'alertmanager';

/** How long either may take for an answer, in milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * Prometheus and Alertmanager, asked through SSH on the host that they stand on: they listen on its loopback. Close it.
 */
export class WatchHouse {
  readonly host: string;
  readonly #connection: Connection;
  readonly #ports: Readonly<Record<Watcher, number>>;

  private constructor(connection: Connection, ports: Readonly<Record<Watcher, number>>) {
    this.host = connection.host;
    this.#connection = connection;
    this.#ports = ports;
  }

  /**
   * @param signal Gives up the login.
   * @throws UndeError NO_MONITORING, MONITORING_UNREACHABLE
   */
  static async open(fleet: Fleet, catalog: Catalog, signal?: AbortSignal): Promise<WatchHouse> {
    const host = monitoringHost(fleet);
    const port = async (of: Watcher) => (await catalog.manifest(of)).port ?? 0;
    const ports = { prometheus: await port('prometheus'), alertmanager: await port('alertmanager') };
    try {
      return new WatchHouse(await connect(fleet.target(host), signal), ports);
    } catch (error) {
      throw new UndeError({
        code: 'MONITORING_UNREACHABLE',
        message: `${host.name}, which runs the monitoring, cannot be reached: nobody knows what fires, and nobody is told`,
        exit: 'unreachable',
        where: { host: host.name },
        details: [messageOf(error)],
        hint: 'unde status --once asks every host itself',
      });
    }
  }

  /**
   * One of the two's answer as JSON.
   *
   * @throws UndeError MONITORING_SILENT, MONITORING_REFUSED
   */
  async ask<T>(
    of: Watcher,
    path: string,
    how: Pick<ServiceRequest, 'method' | 'body'> = { method: 'GET' },
  ): Promise<T> {
    const answer = await askService(this.#connection, {
      ...how,
      port: this.#ports[of],
      path,
      timeoutMs: TIMEOUT_MS,
    }).catch((error: unknown) => {
      throw new UndeError({
        code: 'MONITORING_SILENT',
        message: `${of} on ${this.host} does not answer`,
        exit: 'unreachable',
        where: { host: this.host },
        details: [messageOf(error)],
        hint: `unde logs ${of}; unde start ${of}`,
        cause: error,
      });
    });
    if (answer.status >= 200 && answer.status < 300) {
      return (answer.body.trim() === '' ? undefined : JSON.parse(answer.body)) as T;
    }
    throw new UndeError({
      code: 'MONITORING_REFUSED',
      message: `${of} on ${this.host} answered ${answer.status}: ${answer.body.trim().slice(0, 300)}`,
      exit: answer.status === 404 ? 'usage' : 'failed',
      where: { host: this.host },
    });
  }

  close(): void {
    this.#connection.close();
  }
}

function monitoringHost(fleet: Fleet): Host {
  const placed = (hosts: readonly Host[]) => hosts.find(({ services }) => services.includes('alertmanager'));
  const host = placed(fleet.hosts);
  if (host !== undefined) return host;
  const elsewhere = placed(fleet.inventory.hosts);
  throw new UndeError({
    code: 'NO_MONITORING',
    message:
      elsewhere === undefined
        ? 'alertmanager is placed on no host of the inventory'
        : `alertmanager is placed on ${elsewhere.name}, which is not in this lab`,
    exit: 'usage',
    hint: elsewhere === undefined ? 'place it: services: [alertmanager, …]' : `unde lab up ${elsewhere.name}`,
  });
}
