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
