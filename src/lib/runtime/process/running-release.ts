import { realpathSync } from 'node:fs';
import path from 'node:path';

const RELEASE = /\/releases\/[^/]+\/([^/]+)\/[^/]+$/;

/**
 * The digest of the release that this process really runs. The entry file is started through the service's
 * `current` link; the real path names the release that the link led to. Asked at the start, since the link moves.
 *
 * @returns The digest, or `dev` for a process that does not run from a release.
 */
export function runningRelease(entry: string | undefined = process.argv[1]): string {
  if (entry === undefined) return 'dev';
  try {
    return RELEASE.exec(realpathSync(entry))?.[1] ?? 'dev';
  } catch {
    return 'dev';
  }
}

/** The folder of the file that was started, with its links resolved; assets stand in `assets/` below it. */
export function entryDirectory(entry: string | undefined = process.argv[1]): string {
  return entry === undefined ? process.cwd() : path.dirname(realpathSync(entry));
}
