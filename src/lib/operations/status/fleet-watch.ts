import type { Fleet } from '../../fleet/fleet.ts';
import { presentOf } from '../../fleet/present.ts';
import { assignmentsOf, type Assignment } from '../../desired/assignment.ts';
import { type KnownCertificate, knownCertificates } from '../../secrets/certificates/known.ts';
import { openSecretStore } from '../../secrets/open.ts';
import type { Placement, Selection } from '../../inventory/selector.ts';
import type { Catalog } from '../../manifest/catalog.ts';
import { fleetStatus } from './fleet-status.ts';
import { HostWatch, type WatchOptions } from './host-watch.ts';
import type { FleetStatus } from './status.ts';

/** How many intervals an answer may be missing before the last one counts as stale. */
const STALE_INTERVALS = 3;

/** All hosts of a selection, each watched on its own. */
export class FleetWatch {
  readonly #fleet: Fleet;
  readonly #selector: string;
  readonly #watches: readonly HostWatch[];
  readonly #options: WatchOptions;
  readonly #certificates: readonly KnownCertificate[];

  private constructor(
    fleet: Fleet,
    selector: string,
    watches: readonly HostWatch[],
    options: WatchOptions,
    certificates: readonly KnownCertificate[],
  ) {
    this.#fleet = fleet;
    this.#selector = selector;
    this.#watches = watches;
    this.#options = options;
    this.#certificates = certificates;
  }

  /**
   * The hosts of a selection that this context has.
   *
   * @throws UndeError EMPTY_SELECTION when it has none of them.
   */
  static async of(
    fleet: Fleet,
    selection: Selection,
    catalog: Catalog,
    options: WatchOptions,
  ): Promise<FleetWatch> {
    const hosts = presentOf(fleet, selection);
    const placements = selection.placements.filter(({ host }) => hosts.includes(host));
    const built = placements.filter(({ service }) => catalog.has(service));
    const store = await openSecretStore(fleet);
    const assignments = await assignmentsOf(fleet, built, catalog, store, false);
    const watches = hosts.map((host) => {
      // A host without any built service is looked at all the same.
      const assignment: Assignment = assignments.find((each) => each.host === host) ?? { host, desired: [] };
      return new HostWatch(fleet, assignment, notBuilt(placements, host.name, catalog), options);
    });
    return new FleetWatch(fleet, selection.selector, watches, options, knownCertificates(store));
  }

  /** Asks every host once, side by side, and closes the connections. */
  async once(): Promise<FleetStatus> {
    await Promise.all(this.#watches.map((watch) => watch.ask()));
    const status = this.status();
    for (const watch of this.#watches) watch.close();
    return status;
  }

  /** Watches until the signal ends it. */
  async run(signal: AbortSignal, onChange: () => void): Promise<void> {
    const end = () => {
      for (const watch of this.#watches) watch.close();
    };
    signal.addEventListener('abort', end, { once: true });
    await Promise.all(this.#watches.map((watch) => watch.run(signal, onChange)));
  }

  /** The fleet as it is known at this moment. */
  status(now = Date.now() / 1000): FleetStatus {
    return fleetStatus(
      this.#watches.map((watch) => watch.observation()),
      {
        context: this.#fleet.context,
        selector: this.#selector,
        now,
        certificates: this.#certificates,
        // An answer may take as long as its deadline before anybody calls it late.
        staleAfterSeconds: (STALE_INTERVALS * this.#options.intervalMs + this.#options.timeoutMs) / 1000,
      },
    );
  }
}

function notBuilt(placements: readonly Placement[], host: string, catalog: Catalog): string[] {
  return placements
    .filter((placement) => placement.host.name === host && !catalog.has(placement.service))
    .map(({ service }) => service);
}
