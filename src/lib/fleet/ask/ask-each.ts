import type { UndeError } from '../../common/error/unde-error.ts';
import type { Fleet } from '../fleet.ts';
import { runOnHosts } from './run.ts';
import type { Host } from '../../inventory/inventory.ts';

/** What one host printed, or why it could not be asked. */
export type HostWord =
  | { readonly stdout: string; readonly error?: undefined }
  | { readonly error: UndeError; readonly stdout?: undefined };

/**
 * Runs a script on each host, side by side, and brings home what each printed, by the host's name.
 *
 * @param scripts What to run; a host with nothing to say is not asked.
 * @param timeoutMs How long a host may take, once it is connected, in milliseconds.
 */
export async function askEach(
  fleet: Fleet,
  scripts: ReadonlyMap<Host, string>,
  timeoutMs: number,
): Promise<ReadonlyMap<string, HostWord>> {
  const said = new Map<string, Buffer[]>();
  const results = await runOnHosts(fleet, [...scripts.keys()], {
    command: (host) => scripts.get(host) ?? 'true',
    signal: new AbortController().signal,
    timeoutMs,
    onStdout: (host, chunk) => {
      if (chunk !== undefined) said.set(host, [...(said.get(host) ?? []), chunk]);
    },
  });
  return new Map(
    results.map(({ host, error }): [string, HostWord] => [
      host,
      error === undefined ? { stdout: Buffer.concat(said.get(host) ?? []).toString() } : { error },
    ]),
  );
}
