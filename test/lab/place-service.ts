import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import type { TestFleet } from './fleet.ts';

/** Writes the fleet's inventory with a service of the fixtures on these hosts. */
export async function placeService(
  fleet: TestFleet,
  service: string,
  hosts: readonly string[],
): Promise<void> {
  await fleet.settings({});
  const file = path.join(fleet.directory, 'inventory.yaml');
  const inventory = parse(await readFile(file, 'utf8')) as {
    sites: Record<string, { hosts: Record<string, { services: string[] }> }>;
  };
  for (const [name, host] of Object.values(inventory.sites).flatMap((site) => Object.entries(site.hosts))) {
    if (hosts.includes(name)) host.services = [...host.services, service];
  }
  await writeFile(file, stringify(inventory));
}
