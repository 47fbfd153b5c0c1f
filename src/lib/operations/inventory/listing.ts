import chalk from 'chalk';
import type { Column } from '../../common/text/table.ts';
import { claimants } from '../../inventory/address-claims.ts';
import type { Host, Inventory } from '../../inventory/inventory.ts';

/** A host as `unde inventory list --json` prints it. */
export interface InventoryEntry {
  readonly id: string;
  readonly name: string;
  readonly site: string;
  readonly address: string;
  readonly status: Host['status'];
  readonly phase: number;
  readonly services: readonly string[];
  /** Those of `services` that are not built yet. */
  readonly planned: readonly string[];
  /** Other hosts that claim the same address. */
  readonly addressClaimedBy: readonly string[];
}

/** The columns of {@link inventoryRow}. */
export const INVENTORY_COLUMNS: readonly Column[] = [
  { header: 'id' },
  { header: 'host' },
  { header: 'site' },
  { header: 'address' },
  { header: 'status' },
  { header: 'phase', align: 'right' },
  { header: 'services', shrink: true },
];

/** What the marks in {@link inventoryRow} mean; only those that occur. */
export function legend(entries: readonly InventoryEntry[]): string[] {
  return [
    ...(entries.some(({ planned }) => planned.length > 0) ? ['(service)  placed, not built yet'] : []),
    ...(entries.some(({ addressClaimedBy }) => addressClaimedBy.length > 0)
      ? ['address!  claimed by another host too; see: unde inventory check']
      : []),
  ];
}

/** A host as data. */
export function hostEntry(
  inventory: Inventory,
  host: Host,
  isBuilt: (service: string) => boolean,
): InventoryEntry {
  return {
    id: host.id,
    name: host.name,
    site: host.site,
    address: host.address,
    status: host.status,
    phase: host.phase,
    services: host.services,
    planned: host.services.filter((service) => !isBuilt(service)),
    addressClaimedBy: claimants(inventory, host).map(({ name }) => name),
  };
}

/** A host as a row of a table. */
export function inventoryRow(entry: InventoryEntry): string[] {
  return [
    entry.id,
    entry.name,
    entry.site,
    entry.addressClaimedBy.length > 0 ? chalk.red(`${entry.address}!`) : entry.address,
    entry.status,
    String(entry.phase),
    serviceList(entry.services, entry.planned),
  ];
}

/** Services in one line; those that are not built yet stand in brackets, so that the mark survives a pipe. */
export function serviceList(services: readonly string[], planned: readonly string[]): string {
  return services
    .map((service) => (planned.includes(service) ? chalk.dim(`(${service})`) : service))
    .join(' ');
}
