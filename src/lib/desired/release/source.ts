import { existsSync } from 'node:fs';
import path from 'node:path';
import { UndeError } from '../../common/error/unde-error.ts';
import type { ServiceManifest } from '../../manifest/manifest.ts';

/** Where a service's code is on the operator's machine. */
export interface ServiceSource {
  readonly manifest: ServiceManifest;
  /** The folder with manifest.ts and main.ts. */
  readonly directory: string;
}

/** The folder of the npm package itself, whether the code runs from src/ or from dist/. */
export function packageRoot(): string {
  let directory = import.meta.dirname;
  while (!existsSync(path.join(directory, 'package.json'))) {
    const parent = path.dirname(directory);
    if (parent === directory) {
      throw new UndeError({
        code: 'BROKEN_INSTALL',
        message: 'the package that this command belongs to cannot be found',
        exit: 'internal',
        hint: 'install unde again',
      });
    }
    directory = parent;
  }
  return directory;
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
