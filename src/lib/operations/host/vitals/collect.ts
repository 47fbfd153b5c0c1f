import type { UndeError } from '../../../common/error/unde-error.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { askHosts, sameScript, type HostAnswer } from '../../../fleet/ask/ask-hosts.ts';
import type { Host } from '../../../inventory/inventory.ts';
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
export async function collectVitals(
  fleet: Fleet,
  hosts: readonly Host[],
  timeoutMs: number,
): Promise<VitalsAnswer[]> {
  const answers = await askHosts(fleet, sameScript(hosts, vitalsScript()), { timeoutMs });
  return [...answers].map(([host, answer]) => vitalsAnswer(host, answer));
}

function vitalsAnswer(host: Host, answer: HostAnswer): VitalsAnswer {
  if (answer.error !== undefined) return { host, failure: answer.error };
  const { askedAt, answeredAt, stdout } = answer;
  try {
    return { host, vitals: parseVitals(stdout), askedAt, answeredAt };
  } catch (error) {
    return { host, failure: error as UndeError };
  }
}

/**
 * Asks one host over a connection that is open.
 *
 * @throws UndeError FACTS_INCOMPLETE, HOST_TIMEOUT
 */
export async function askVitals(connection: Connection, timeoutMs: number): Promise<Vitals> {
  const { stdout } = await connection.bash(vitalsScript(), { timeoutMs });
  return parseVitals(stdout);
}
