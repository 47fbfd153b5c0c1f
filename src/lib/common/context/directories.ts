import os from 'node:os';
import path from 'node:path';

/** Where the operator's settings live (XDG). */
export function configDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return path.join(env['XDG_CONFIG_HOME'] || path.join(os.homedir(), '.config'), 'unde');
}

/** Where what can be made again lives: built releases, compressed blobs (XDG). */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return path.join(env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache'), 'unde');
}

/**
 * Where stand-ins for the operator's own files lie, by the asset's name. Only the lab takes them, and only where the
 * real file is absent; `UNDE_STAND_INS` moves the folder.
 */
export function standInDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return env['UNDE_STAND_INS'] || path.join(cacheDirectory(env), 'stand-ins');
}
