import pLimit from 'p-limit';
import { UndeError } from '../../../common/error/unde-error.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { MAX_IN_FLIGHT } from '../../../fleet/ask/in-flight.ts';
import { bashCommand } from '../../../common/shell/quote.ts';
import type { Host } from '../../../inventory/inventory.ts';
import { connect, unreachable } from '../../../fleet/ssh/connect.ts';
import type { Connection } from '../../../fleet/ssh/connection.ts';
import type { Vitals } from './vitals.ts';
import { parseVitals } from './vitals-parse.ts';
import { vitalsScript } from './vitals-script.ts';

/** A host's vitals, with the operator's clock around them in seconds since the epoch; or why there are none. */
export type VitalsAnswer =
  | {
      readonly host: Host;
      readonly vitals: Vitals;
      readonly askedAt: number;
      readonly answeredAt: number;
    }
  | { readonly host: Host; readonly failure: UndeError };

/** Asks hosts for their vitals side by side, each over one login; no host waits for another. */
export async function askHosts(
  fleet: Fleet,
  hosts: readonly Host[],
  timeoutMs: number,
): Promise<VitalsAnswer[]> {
  const limit = pLimit(MAX_IN_FLIGHT);
  return Promise.all(hosts.map((host) => limit(() => askHost(fleet, host, timeoutMs))));
}

async function askHost(fleet: Fleet, host: Host, timeoutMs: number): Promise<VitalsAnswer> {
  let connection: Connection | undefined;
  try {
    const target = fleet.target(host);
    connection = await connect({ ...target, timeoutMs: Math.min(target.timeoutMs, timeoutMs) });
    const askedAt = Date.now() / 1000;
    const vitals = await askVitals(connection, target.user, timeoutMs);
    return { host, vitals, askedAt, answeredAt: Date.now() / 1000 };
  } catch (error) {
    const failure = error instanceof UndeError ? error : unreachable({ host: host.name }, error as Error);
    return { host, failure };
  } finally {
    connection?.close();
  }
}

/**
 * Asks one host over a connection that is open.
 *
 * @throws UndeError FACTS_INCOMPLETE, HOST_TIMEOUT
 */
export async function askVitals(connection: Connection, user: string, timeoutMs: number): Promise<Vitals> {
  const { stdout } = await connection.exec(bashCommand('source /dev/stdin', user), {
    stdin: vitalsScript(),
    timeoutMs,
  });
  return parseVitals(stdout);
}
