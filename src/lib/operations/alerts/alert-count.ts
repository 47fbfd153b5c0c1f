import { UndeError } from '../../common/error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Catalog } from '../../manifest/catalog.ts';
import { alertStatus } from './alert-status.ts';
import { isLoud } from './render-alerts.ts';
import { WatchHouse } from './monitoring-client.ts';

/**
 * How many alerts fire that somebody should see to; `null` where monitoring is not there, or does not say so in time.
 *
 * @param timeoutMs For all of it, the login included.
 */
export async function loudAlerts(fleet: Fleet, catalog: Catalog, timeoutMs: number): Promise<number | null> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const house = await WatchHouse.open(fleet, catalog, deadline);
    deadline.addEventListener('abort', () => house.close());
    try {
      const { alerts } = await alertStatus(house);
      return alerts.filter((alert) => isLoud(alert) && alert.severity !== 'info').length;
    } finally {
      house.close();
    }
  } catch (error) {
    if (error instanceof UndeError || deadline.aborted) return null;
    throw error;
  }
}
