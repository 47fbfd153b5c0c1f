import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf, UndeError } from '../common/error/unde-error.ts';
import type { InventoryFile } from './inventory.ts';
import { type CacheKey, recallParsed, rememberParsed } from './parse-cache.ts';

const FILE_NAME = 'inventory.yaml';

/**
 * Loads the fleet. The file is, in this order: the one named, `UNDE_INVENTORY`, `inventory.yaml` in the working
 * folder or any above it, the one beside the code: a checkout's own, or the one of the folder that the package is
 * installed in. The example that an installed package brings is nobody's fleet, and is never taken.
 *
 * @param file What `--inventory` says; relative to the working folder.
 * @param built Names of the services that are built (`manifestNames()`). Commands pass it, so that a service name
 *   that is neither built nor planned is an error with its line; without it such names are not looked for.
 * @throws UndeError NO_INVENTORY, BAD_INVENTORY
 */
export async function loadInventory(
  file?: string,
  env: NodeJS.ProcessEnv = process.env,
  built?: readonly string[],
): Promise<InventoryFile> {
  const found = findInventory(file, env, process.cwd());
  const text = readText(found);
  const code = buildName(import.meta.url);
  const key: CacheKey | undefined = code === undefined ? undefined : { file: found, text, built, code };
  const known = key && recallParsed(key, env);
  if (known !== undefined) return known;
  // Loaded only here: the YAML parser and the schema cost more than everything else in a short command.
  const { parseInventory } = await import('./parse.ts');
  const inventory = parseInventory(text, found, built);
  if (key !== undefined) rememberParsed(key, inventory, env);
  return inventory;
}

/**
 * What names the code of a build: the bundler names this chunk by a hash over itself and all that it imports. Code
 * run from source has no such name, and is never cached.
 */
export function buildName(url: string): string | undefined {
  return /-[A-Z0-9]{8}\.js$/.test(url) ? path.basename(url) : undefined;
}

/**
 * Which file {@link loadInventory} reads, as an absolute path.
 *
 * @param from The working folder.
 * @param code The folder of this code.
 */
export function findInventory(
  file: string | undefined,
  env: NodeJS.ProcessEnv,
  from: string,
  code: string = import.meta.dirname,
): string {
  const named = file ?? env['UNDE_INVENTORY'];
  if (named !== undefined && named !== '') return path.resolve(from, named);
  const [home = code] = code.split(`${path.sep}node_modules${path.sep}`);
  return above(from) ?? above(home) ?? path.resolve(from, FILE_NAME);
}

/** The nearest inventory.yaml at or above a folder. */
function above(folder: string): string | undefined {
  const candidate = path.join(folder, FILE_NAME);
  if (existsSync(candidate)) return candidate;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : above(parent);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UndeError({
      code: 'NO_INVENTORY',
      message: `the inventory ${file} cannot be read: ${messageOf(error)}`,
      exit: 'config',
      where: { file },
      hint: 'name one with --inventory FILE or UNDE_INVENTORY',
      cause: error,
    });
  }
}
