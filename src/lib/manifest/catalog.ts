import type { Manifest } from './manifest.ts';

/**
 * The services that are built. Commands hand it to the rooms of src/lib, which must not import services: so a new
 * service is a folder, and no list of services has to name it. Rooms name a service only where they are about that one,
 * such as the alerts about Alertmanager.
 */
export interface Catalog {
  has(name: string): boolean;
  names(): string[];
  /** @throws UndeError UNKNOWN_SERVICE */
  manifest(name: string): Promise<Manifest>;
  /** The folder with a service's manifest.ts and main.ts. */
  directory(name: string): string;
}
