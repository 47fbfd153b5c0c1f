import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'yaml';

const SHIPPED = path.resolve(import.meta.dirname, '../../inventory.yaml');

/** What a test may change in its inventory; the rest is there as well. */
export interface EditableInventory {
  everywhere: string[];
  time_zone: string;
  services: Record<string, { settings?: Record<string, unknown>; assets?: Record<string, string> }>;
  tunnels: Record<string, unknown>;
  sites: Record<string, { everywhere: string[]; hosts: Record<string, EditableHost> }>;
}

/** A host of an {@link EditableInventory}. */
export interface EditableHost {
  services: string[];
  settings?: Record<string, Record<string, unknown>>;
  ssh?: Record<string, unknown>;
  [key: string]: unknown;
}

/** Changes an inventory; told each host by its name, too. */
export type InventoryChange = (
  inventory: EditableInventory,
  hosts: Readonly<Record<string, EditableHost>>,
) => void;

/**
 * Writes an inventory file with a change.
 *
 * @param from The file that it begins with: the shipped one, unless the file as it stands is meant.
 */
export async function editInventory(file: string, change: InventoryChange, from = SHIPPED): Promise<void> {
  const inventory = parse(await readFile(from, 'utf8')) as EditableInventory;
  const sites = Object.values(inventory.sites);
  change(inventory, Object.fromEntries(sites.flatMap(({ hosts }) => Object.entries(hosts))));
  await writeFile(file, stringify(inventory));
}
