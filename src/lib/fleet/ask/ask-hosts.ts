import { UndeError } from '../../common/error/unde-error.ts';
import type { Host } from '../../inventory/inventory.ts';
import type { Fleet } from '../fleet.ts';
import { unreachable } from '../ssh/connect.ts';
import { sideBySide } from './side-by-side.ts';
import { withHost } from './with-host.ts';

/** What a host answered to a script; or why it could not be asked. */
export type HostAnswer =
  | {
      readonly code: number;
      /** Empty where somebody listens to it line by line. */
      readonly stdout: string;
      readonly stderr: string;
      /** The operator's clock around the script, in seconds since the epoch. */
      readonly askedAt: number;
      readonly answeredAt: number;
      readonly error?: undefined;
    }
  | { readonly error: UndeError; readonly code?: undefined };

/** How hosts are asked, and who listens. */
export interface AskOptions {
  /** How long the login may take, and then the script, in milliseconds; as long as they want unless it is said. */
  readonly timeoutMs?: number | undefined;
  /** Ends scripts that run; hosts whose turn has not come are not asked any more. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of a host's standard output as it comes. */
  readonly onLine?: ((host: Host, line: string) => void) | undefined;
}

/**
 * Runs a bash script on each host with root's rights, side by side; no host waits for another, and one that fails stops
 * none.
 *
 * @returns An answer for every host, in the order of the scripts.
 */
export async function askHosts(
  fleet: Fleet,
  scripts: ReadonlyMap<Host, string>,
  options: AskOptions = {},
): Promise<ReadonlyMap<Host, HostAnswer>> {
  return new Map(
    await sideBySide(scripts, async ([host, script]): Promise<[Host, HostAnswer]> => [
      host,
      await askHost(fleet, host, script, options).catch((error: unknown) => ({
        error: unreachable({ host: host.name }, error as Error),
      })),
    ]),
  );
}

/** The same script for each of some hosts. */
export function sameScript(hosts: readonly Host[], script: string): ReadonlyMap<Host, string> {
  return new Map(hosts.map((host) => [host, script]));
}

async function askHost(fleet: Fleet, host: Host, script: string, options: AskOptions): Promise<HostAnswer> {
  const { timeoutMs, signal, onLine } = options;
  if (signal?.aborted) throw notAsked(host);
  const login = { loginMs: timeoutMs, signal };
  try {
    return await withHost(
      fleet,
      host,
      async (connection) => {
        const askedAt = Date.now() / 1000;
        const { code, stdout, stderr } = await connection.bash(script, {
          signal,
          timeoutMs,
          onLine: onLine === undefined ? undefined : (line) => onLine(host, line),
        });
        // A script that the operator ended with Ctrl-C has done what it should.
        const ended = code ?? (signal?.aborted ? 0 : 1);
        return { code: ended, stdout, stderr, askedAt, answeredAt: Date.now() / 1000 };
      },
      login,
    );
  } catch (error) {
    // The login was given up.
    throw signal?.aborted ? notAsked(host) : error;
  }
}

function notAsked(host: Host): UndeError {
  return new UndeError({
    code: 'INTERRUPTED',
    message: `${host.name} was not asked any more: interrupted`,
    exit: 'interrupted',
    where: { host: host.name },
  });
}
