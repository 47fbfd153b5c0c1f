import chalk from 'chalk';
import type { Column } from '../../common/text/table.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { kindName } from './description.ts';
import type { InventoryFile } from '../../inventory/inventory.ts';

/** A service as `unde services --json` prints it. */
export interface ServiceEntry {
  readonly name: string;
  /** `ours`, `platform`, or `planned` where it is not built yet. */
  readonly kind: string;
  readonly built: boolean;
  readonly port: number | null;
  readonly purpose: string;
  /** Names of the hosts where it is placed. */
  readonly hosts: readonly string[];
}

/** The columns of {@link serviceRow}. */
export const SERVICE_COLUMNS: readonly Column[] = [
  { header: 'service' },
  { header: 'kind' },
  { header: 'port', align: 'right' },
  { header: 'hosts', shrink: true },
  { header: 'purpose', shrink: true },
];

/** The services that are built, then those that are only planned, each with where it is placed. */
export function listServices(inventory: InventoryFile, manifests: readonly Manifest[]): ServiceEntry[] {
  const hostsOf = (service: string) =>
    inventory.hosts.filter(({ services }) => services.includes(service)).map(({ name }) => name);
  const built = manifests.map((manifest) => ({
    name: manifest.name,
    kind: kindName(manifest),
    built: true,
    port: manifest.port ?? null,
    purpose: manifest.purpose,
    hosts: hostsOf(manifest.name),
  }));
  const planned = Object.entries(inventory.planned)
    .filter(([name]) => !manifests.some((manifest) => manifest.name === name))
    .map(([name, { port }]) => ({
      name,
      kind: 'planned',
      built: false,
      port: port ?? null,
      purpose: '',
      hosts: hostsOf(name),
    }));
  return [...built, ...planned];
}

/** A service as a row of a table; where it is on every host or on many, their number says more than their names. */
export function serviceRow(entry: ServiceEntry, fleetSize: number): string[] {
  const hosts =
    entry.hosts.length === fleetSize
      ? 'every host'
      : entry.hosts.length > 4
        ? `${entry.hosts.length} hosts`
        : entry.hosts.join(' ');
  const cells = [entry.name, entry.kind, entry.port === null ? '' : String(entry.port), hosts, entry.purpose];
  return entry.built ? cells : cells.map((cell) => (cell === '' ? '' : chalk.dim(cell)));
}
