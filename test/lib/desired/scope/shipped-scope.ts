import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseInventory } from '../../../../src/lib/inventory/parse.ts';
import type { Manifest, RenderScope } from '../../../../src/lib/manifest/manifest.ts';
import { allManifests, manifestNames } from '../../../../src/registry.ts';
import { testScope } from './test-scope.ts';

const FILE = path.resolve(import.meta.dirname, '../../../../inventory.yaml');

/** The inventory that ships. */
export const inventory = parseInventory(readFileSync(FILE, 'utf8'), FILE, manifestNames());

/** What a test changes of the fleet that ships. */
interface Changes {
  /** Further manifests, or others of the same name. */
  readonly manifests?: readonly Manifest[];
  /** Names of the only hosts that exist. */
  readonly hosts?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  /** Production unless told otherwise; only in a lab does every host exist. */
  readonly context?: 'lab';
  /** Services that are placed on a host beside its own, by host. */
  readonly placed?: Readonly<Record<string, readonly string[]>>;
}

/** What a service of the shipped fleet sees from the first host that it is placed on, under the inventory's addresses. */
export async function shippedScope(service: string, changes: Changes = {}): Promise<RenderScope> {
  const further = changes.manifests ?? [];
  const replaced = new Set(further.map(({ name }) => name));
  const manifests = [...(await allManifests()).filter(({ name }) => !replaced.has(name)), ...further];
  const hosts = inventory.hosts.map((host) => ({
    ...host,
    services: [...host.services, ...(changes.placed?.[host.name] ?? [])],
  }));
  const manifest = manifests.find(({ name }) => name === service);
  if (manifest === undefined) throw new Error(`${service} is not built`);
  return testScope({
    ...changes,
    addresses: 'production',
    inventory: { ...inventory, hosts },
    manifest,
    manifests,
    store: { entry: () => undefined, authority: () => 'AUTHORITY' },
  });
}

/** The text of one of a manifest's rendered files. */
export function textOf(manifest: Manifest, scope: RenderScope, file: string): string {
  if (manifest.kind !== 'platform') throw new Error(`${manifest.name} renders no files of its own`);
  const found = manifest.files(scope).find((each) => each.path === file);
  if (found === undefined) throw new Error(`${manifest.name} renders no ${file}`);
  return found.content;
}
