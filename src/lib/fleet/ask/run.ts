import pLimit from 'p-limit';
import { UndeError } from '../../common/error/unde-error.ts';
import { bashCommand } from '../../common/shell/quote.ts';
import type { Host } from '../../inventory/inventory.ts';
import { connect, unreachable } from '../ssh/connect.ts';
import type { Fleet } from '../fleet.ts';
import { MAX_IN_FLIGHT } from './in-flight.ts';

/** What one command did on one host. */
export interface RunResult {
  readonly host: string;
  /** Exit code; `undefined` where the host could not be asked. */
  readonly code: number | undefined;
  readonly stderr: string;
  readonly error: UndeError | undefined;
}

/** What to run, and who listens. */
export interface RunOptions {
  /** A bash command for a host. */
  readonly command: (host: Host) => string;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  /** Called with each piece of output; with `undefined` when a host has finished. */
  readonly onStdout: (host: string, chunk: Buffer | undefined) => void;
}

/** Runs a command on hosts side by side; one that fails does not stop the others. */
export async function runOnHosts(
  fleet: Fleet,
  hosts: readonly Host[],
  options: RunOptions,
): Promise<RunResult[]> {
  const limit = pLimit(MAX_IN_FLIGHT);
  return Promise.all(hosts.map((host) => limit(() => runOnHost(fleet, host, options))));
}

async function runOnHost(fleet: Fleet, host: Host, options: RunOptions): Promise<RunResult> {
  try {
    const target = fleet.target(host);
    const connection = await connect(target);
    try {
      const { code, stderr } = await connection.exec(bashCommand(options.command(host), target.user), {
        signal: options.signal,
        timeoutMs: options.timeoutMs,
        onStdout: (chunk) => options.onStdout(host.name, chunk),
      });
      options.onStdout(host.name, undefined);
      // A command that the operator ended with Ctrl-C has done what it should.
      return { host: host.name, code: code ?? (options.signal.aborted ? 0 : 1), stderr, error: undefined };
    } finally {
      connection.close();
    }
  } catch (error) {
    return {
      host: host.name,
      code: undefined,
      stderr: '',
      error: error instanceof UndeError ? error : unreachable({ host: host.name }, error as Error),
    };
  }
}
