import type { Manifest } from './manifest.ts';

/** The services that are built: commands hand it to the libraries, which know no service by name. */
export interface Catalog {
  has(name: string): boolean;
  names(): string[];
  /** @throws UndeError UNKNOWN_SERVICE */
  manifest(name: string): Promise<Manifest>;
  /** The folder with a service's manifest.ts and main.ts. */
  directory(name: string): string;
}
