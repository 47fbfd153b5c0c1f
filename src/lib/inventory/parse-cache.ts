import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory } from '../common/context/directories.ts';
import type { InventoryFile } from './inventory.ts';

/** All that a parsed inventory depends on; compared whole, so that nothing stale can ever match. */
export interface CacheKey {
  readonly file: string;
  readonly text: string;
  /** Names of the services that are built. */
  readonly built: readonly string[] | undefined;
  /** Names the code that parses; another build never sees this one's result. */
  readonly code: string;
}

/**
 * The inventory that was parsed last, from the operator's cache folder: parsing and loading the parser take 60 ms,
 * and most commands meet the file that the command before them met.
 *
 * @returns `undefined` where the key differs in anything, or nothing readable is there.
 */
export function recallParsed(key: CacheKey, env: NodeJS.ProcessEnv = process.env): InventoryFile | undefined {
  try {
    const stored = JSON.parse(readFileSync(cacheFile(env), 'utf8')) as {
      key: unknown;
      inventory: InventoryFile;
    };
    return JSON.stringify(stored.key) === JSON.stringify(key) ? stored.inventory : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a valid inventory for {@link recallParsed}. A cache that cannot be written is no reason to fail. */
export function rememberParsed(
  key: CacheKey,
  inventory: InventoryFile,
  env: NodeJS.ProcessEnv = process.env,
): void {
  const file = cacheFile(env);
  // Commands run side by side: each writes a file of its own, and the last rename wins.
  const fresh = `${file}.${process.pid}`;
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(fresh, JSON.stringify({ key, inventory }), { mode: 0o600 });
    renameSync(fresh, file);
  } catch {
    // Read-only homes and full disks exist.
  }
}

function cacheFile(env: NodeJS.ProcessEnv): string {
  return path.join(cacheDirectory(env), 'inventory.json');
}
