import { UndeError } from '../../common/error/unde-error.ts';
import {
  activeSilences,
  firingAlerts,
  type AlertmanagerAlert,
  type AlertmanagerSilence,
  type FiringAlert,
  type PrometheusAlerts,
  type Silence,
} from './alert-list.ts';
import type { WatchHouse } from './monitoring-client.ts';

/** What fires, what is silenced, and whether those who would know are well. */
export interface AlertStatus {
  readonly host: string;
  /** Why one of the two does not answer; `null` where it does. */
  readonly prometheus: string | null;
  readonly alertmanager: string | null;
  readonly alerts: readonly FiringAlert[];
  readonly silences: readonly Silence[];
}

/**
 * Asks Prometheus and Alertmanager for what fires now.
 *
 * @throws UndeError MONITORING_DOWN where neither answers.
 */
export async function alertStatus(house: Pick<WatchHouse, 'host' | 'ask'>): Promise<AlertStatus> {
  const [prometheus, alerts, silences] = await Promise.all([
    attempt(house.ask<PrometheusAlerts>('prometheus', '/api/v1/alerts')),
    attempt(house.ask<AlertmanagerAlert[]>('alertmanager', '/api/v2/alerts')),
    attempt(house.ask<AlertmanagerSilence[]>('alertmanager', '/api/v2/silences')),
  ]);
  if (prometheus.error !== undefined && alerts.error !== undefined) {
    throw new UndeError({
      code: 'MONITORING_DOWN',
      message: `monitoring is down: neither Prometheus nor Alertmanager on ${house.host} answers, so nobody knows what fires, and nobody is told`,
      exit: 'unreachable',
      where: { host: house.host },
      details: [prometheus.error, alerts.error].flatMap(({ details }) => details),
      hint: 'unde status prometheus,alertmanager --once; unde start prometheus,alertmanager',
    });
  }
  return {
    host: house.host,
    prometheus: prometheus.error?.message ?? null,
    alertmanager: alerts.error?.message ?? null,
    alerts: firingAlerts(prometheus.value, alerts.value),
    silences: activeSilences(silences.value ?? []),
  };
}

/** The answer, or the error of one that does not give any. */
async function attempt<T>(asked: Promise<T>): Promise<{ value?: T; error?: UndeError }> {
  try {
    return { value: await asked };
  } catch (error) {
    if (error instanceof UndeError) return { error };
    throw error;
  }
}
