import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { standInDirectory } from '../common/context/directories.ts';
import type { FactsQuery } from '../fleet/facts/facts.ts';
import type { Host } from '../inventory/inventory.ts';
import type { Placement } from '../inventory/selector.ts';
import type { Catalog } from '../manifest/catalog.ts';
import { desiredService, type DesiredService } from './service.ts';
import { buildRelease } from './release/build.ts';
import { HashCache } from './release/hash-cache.ts';
import { sha256 } from '../common/text/digest.ts';
import { blobKey, type Release } from './release/release.ts';
import { packageRoot } from '../common/context/package-root.ts';
import type { SecretStore } from '../secrets/store.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { manifestsOf, renderScope } from './scope/scope.ts';

/** A host and what should be on it. */
export interface Assignment {
  readonly host: Host;
  readonly desired: readonly DesiredService[];
}

/**
 * Renders what every host of a scope should have; each service's release is built once.
 *
 * @param build Whether to build releases; commands that only look, or that move what is on the hosts already, do not.
 */
export async function assignmentsOf(
  fleet: Fleet,
  placements: readonly Placement[],
  catalog: Catalog,
  store: Pick<SecretStore, 'entry' | 'authority'>,
  build: boolean,
): Promise<Assignment[]> {
  const template = await readFile(path.join(packageRoot(), 'systemd', 'service.unit'), 'utf8');
  const manifests = await manifestsOf(catalog);
  const hashes = new HashCache();
  const releases = new Map<string, Promise<Release | undefined>>();
  const release = (service: string) => {
    let known = releases.get(service);
    if (known === undefined) {
      known = build ? releaseOf(fleet, service, catalog, hashes) : Promise.resolve(undefined);
      releases.set(service, known);
    }
    return known;
  };
  // They are bundled and hashed side by side; whoever needs one first is told what went wrong with it.
  for (const { service } of placements) release(service).catch(() => undefined);
  const byHost = new Map<Host, DesiredService[]>();
  for (const { host, service } of placements) {
    const manifest = await catalog.manifest(service);
    const scope = renderScope(fleet, manifests, store, host, manifest);
    const list = byHost.get(host) ?? [];
    list.push(desiredService(manifest, scope, template, await release(service), store));
    byHost.set(host, list);
  }
  return [...byHost].map(([host, desired]) => ({ host, desired }));
}

async function releaseOf(
  fleet: Fleet,
  service: string,
  catalog: Catalog,
  hashes: HashCache,
): Promise<Release | undefined> {
  const manifest = await catalog.manifest(service);
  if (manifest.kind !== 'service') return undefined;
  const base = path.dirname(fleet.inventory.file);
  const named = fleet.inventory.services[service]?.assets ?? {};
  const assets = manifest.assets.map(({ key, name, optional }) => {
    const file = named[key] === undefined ? undefined : path.resolve(base, named[key]);
    const standIn = path.join(standInDirectory(), name);
    const useStandIn =
      fleet.context.name === 'lab' && !(file !== undefined && existsSync(file)) && existsSync(standIn);
    return { key, optional, useStandIn, file: useStandIn ? standIn : file };
  });
  // What an operator adds to the real file, such as its golden vector, says nothing of a stand-in for it.
  const realOnly = assets.some(({ useStandIn }) => useStandIn);
  return buildRelease(
    { manifest, directory: catalog.directory(service) },
    Object.fromEntries(
      assets.flatMap(({ key, optional, file }) =>
        file === undefined || (optional === true && realOnly) ? [] : [[key, file]],
      ),
    ),
    hashes,
  );
}

/** What to ask a host about its assignment. */
export function factsQuery(
  assignment: Assignment,
  options: Partial<Pick<FactsQuery, 'ledgerLines' | 'sampleCpu' | 'probeHealth'>> = {},
): FactsQuery {
  const { desired } = assignment;
  return {
    services: desired.map(({ service, unit, port, health, companions, flags }) => ({
      name: service,
      unit,
      port,
      health,
      companions,
      flags: flags !== undefined,
    })),
    files: desired.flatMap(({ files }) =>
      files.map((file) => ({ path: file.path, sha256: sha256(file.content) })),
    ),
    packages: desired.flatMap(({ packages }) => packages),
    foreignPackages: desired.flatMap(({ packages, packageSource }) =>
      packageSource === undefined ? [] : packages,
    ),
    releases: desired.flatMap(({ service, release }) =>
      release === undefined
        ? []
        : [{ service, digest: release.digest, blobs: [...new Set(release.files.map(blobKey))] }],
    ),
    ledgerLines: 0,
    sampleCpu: false,
    probeHealth: false,
    ...options,
  };
}
