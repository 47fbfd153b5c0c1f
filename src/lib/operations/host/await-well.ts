import { setTimeout as delay } from 'node:timers/promises';
import { UndeError } from '../../common/error/unde-error.ts';
import type { Assignment } from '../../desired/assignment.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { connect } from '../../fleet/ssh/connect.ts';
import type { Connection } from '../../fleet/ssh/connection.ts';
import type { SshTarget } from '../../fleet/ssh/target.ts';
import { inspectHost, type FoundService } from './inspection.ts';

/** Between two attempts, in milliseconds. */
const PAUSE_MS = 1000;
/** One login of a host that may be down, in milliseconds. */
const LOGIN_MS = 5000;

/**
 * Waits until a host answers with another boot id than before.
 *
 * @returns The seconds that it took; `undefined` when the deadline is over.
 * @throws UndeError HOST_KEY_CHANGED: what answers is not the host any more.
 */
export async function awaitBoot(
  target: SshTarget,
  bootId: string,
  timeoutMs: number,
): Promise<number | undefined> {
  const began = Date.now();
  while (Date.now() - began < timeoutMs) {
    const now = await bootIdOf(target);
    if (now !== undefined && now !== bootId) return Math.round((Date.now() - began) / 1000);
    await delay(PAUSE_MS);
  }
  return undefined;
}

async function bootIdOf(target: SshTarget): Promise<string | undefined> {
  let connection: Connection | undefined;
  try {
    connection = await connect({ ...target, timeoutMs: LOGIN_MS });
    const { stdout } = await connection.exec('cat /proc/sys/kernel/random/boot_id', { timeoutMs: LOGIN_MS });
    return stdout.trim() || undefined;
  } catch (error) {
    if (error instanceof UndeError && error.code === 'HOST_KEY_CHANGED') throw error;
    return undefined;
  } finally {
    connection?.close();
  }
}

/**
 * Waits until services of a host are well.
 *
 * @param services Their names; those that were well before.
 * @returns Those that are not when the deadline is over.
 */
export async function awaitWell(
  fleet: Fleet,
  assignment: Assignment,
  services: readonly string[],
  timeoutMs: number,
): Promise<FoundService[]> {
  const target = fleet.target(assignment.host);
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const missing = await missingOf(target, assignment, services);
    if (missing.length === 0 || Date.now() > deadline) return missing;
    await delay(PAUSE_MS);
  }
}

async function missingOf(
  target: SshTarget,
  assignment: Assignment,
  services: readonly string[],
): Promise<FoundService[]> {
  let connection: Connection | undefined;
  try {
    connection = await connect(target);
    const { services: found } = await inspectHost(connection, assignment);
    return services.flatMap((service): FoundService[] => {
      const now = found.find((each) => each.service === service);
      if (now?.state === 'running') return [];
      return [now ?? { service, state: 'not-deployed', reason: 'it is gone' }];
    });
  } catch (error) {
    if (!(error instanceof UndeError)) throw error;
    return services.map((service) => ({ service, state: 'unknown', reason: error.message }));
  } finally {
    connection?.close();
  }
}

/** How long the services of a host may take until all are well, in milliseconds: each starts on its own. */
export function wellDeadline({ desired }: Assignment): number {
  const longest = Math.max(0, ...desired.map(({ health }) => health.startSeconds + health.stableSeconds));
  return (longest + 30) * 1000;
}
