import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Catalog } from './lib/manifest/catalog.ts';
import type { Manifest } from './lib/manifest/manifest.ts';
import { packageRoot } from './lib/common/context/package-root.ts';
import { UndeError } from './lib/common/error/unde-error.ts';

/** Names by kind, written in by the build; from source the folders themselves are read. */
declare const UNDE_MANIFESTS: Readonly<Record<'services' | 'platform', readonly string[]>> | undefined;

const NAMES =
  typeof UNDE_MANIFESTS === 'undefined'
    ? { services: foldersOf('services'), platform: foldersOf('platform') }
    : UNDE_MANIFESTS;

/** A folder with further services of the operator's own, each a folder with a manifest.ts and a main.ts. */
const OWN = process.env['UNDE_SERVICES'] ? path.resolve(process.env['UNDE_SERVICES']) : undefined;
const OWN_NAMES = OWN === undefined ? [] : foldersIn(OWN);

function foldersOf(kind: string): string[] {
  return foldersIn(path.join(import.meta.dirname, kind));
}

function foldersIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(directory, entry.name, 'manifest.ts')))
    .map((entry) => entry.name);
}

/** The names of all services that are built: each is a folder with a manifest. */
export function manifestNames(): string[] {
  return [...NAMES.services, ...NAMES.platform, ...OWN_NAMES].sort();
}

/** Whether a service of that name is built. */
export function hasManifest(name: string): boolean {
  return NAMES.services.includes(name) || NAMES.platform.includes(name) || OWN_NAMES.includes(name);
}

/**
 * A service's manifest.
 *
 * @throws UndeError UNKNOWN_SERVICE
 */
export async function manifestOf(name: string): Promise<Manifest> {
  if (NAMES.services.includes(name)) {
    return ((await import(`./services/${name}/manifest.ts`)) as { manifest: Manifest }).manifest;
  }
  if (NAMES.platform.includes(name)) {
    return ((await import(`./platform/${name}/manifest.ts`)) as { manifest: Manifest }).manifest;
  }
  if (OWN !== undefined && OWN_NAMES.includes(name)) {
    // Node itself reads TypeScript; the path is known at run time only, so the bundler leaves this import alone.
    const file = pathToFileURL(path.join(OWN, name, 'manifest.ts')).href;
    return ((await import(file)) as { manifest: Manifest }).manifest;
  }
  throw new UndeError({
    code: 'UNKNOWN_SERVICE',
    message: `no service is called "${name}", or it is not built yet`,
    exit: 'usage',
    hint: `services that can be deployed: ${manifestNames().join(', ')}`,
  });
}

/** The manifests of all services that are built. */
export async function allManifests(): Promise<Manifest[]> {
  return Promise.all(manifestNames().map(manifestOf));
}

/** The built services, as the libraries take them. */
export const catalog: Catalog = {
  has: hasManifest,
  names: manifestNames,
  manifest: manifestOf,
  directory: (name) =>
    OWN !== undefined && OWN_NAMES.includes(name)
      ? path.join(OWN, name)
      : path.join(packageRoot(), 'src', NAMES.services.includes(name) ? 'services' : 'platform', name),
};
