import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ServiceManifest } from '../../manifest/manifest.ts';

/** Where a service's code is on the operator's machine. */
export interface ServiceSource {
  readonly manifest: ServiceManifest;
  /** The folder with manifest.ts and main.ts. */
  readonly directory: string;
}

/** An installed npm package's folder, seen from another's. */
export function installedPackage(name: string, from: string): string | undefined {
  let directory = from;
  for (;;) {
    const candidate = path.join(directory, 'node_modules', name);
    if (existsSync(path.join(candidate, 'package.json'))) return candidate;
    const parent = path.dirname(directory);
    if (parent === directory) return undefined;
    directory = parent;
  }
}
