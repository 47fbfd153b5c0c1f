import { describe, expect, it } from 'vitest';
import { UndeError } from '../../../../src/lib/common/error/unde-error.ts';
import { alertStatus } from '../../../../src/lib/operations/alerts/alert-status.ts';
import { renderAlerts } from '../../../../src/lib/operations/alerts/render-alerts.ts';
import type { WatchHouse } from '../../../../src/lib/operations/alerts/monitoring-client.ts';

const labels = { alertname: 'HostDown', severity: 'critical', host: 'push', site: 'helsinki' };
const annotations = { summary: 'push is down', runbook: 'docs/runbooks/HostDown.md' };
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/api/v1/alerts': {
    data: { alerts: [{ labels, annotations, state: 'firing', activeAt: '2026-03-01T11:57:00Z' }] },
  },
  '/api/v2/alerts': [
    { labels, annotations, startsAt: '2026-03-01T11:57:00Z', status: { state: 'active', silencedBy: [] } },
  ],
  '/api/v2/silences': [],
};

/** A monitoring host of which some do not answer. */
function house(...silent: ('prometheus' | 'alertmanager')[]): Pick<WatchHouse, 'host' | 'ask'> {
  return {
    host: 'monitoring',
    ask: <T>(of: 'prometheus' | 'alertmanager', path: string) =>
      silent.includes(of)
        ? Promise.reject(
            new UndeError({
              code: 'MONITORING_SILENT',
              message: `${of} on monitoring does not answer`,
              exit: 'unreachable',
            }),
          )
        : Promise.resolve(ANSWERS[path] as T),
  };
}

const render = async (...silent: ('prometheus' | 'alertmanager')[]) =>
  renderAlerts(await alertStatus(house(...silent)), {
    now: Date.parse('2026-03-01T12:00:00Z'),
    timeZone: 'UTC',
    width: undefined,
  });

describe('alertStatus', () => {
  it('tells what fires', async () => {
    expect(await render()).toMatchInlineSnapshot(`
      "✘ 1 firing

      SEVERITY  ALERT     HOST  SINCE  SUMMARY       RUNBOOK
      critical  HostDown  push     3m  push is down  docs/runbooks/HostDown.md"
    `);
  });

  it('never takes silence for health', async () => {
    expect(await render('prometheus')).toContain(
      'prometheus on monitoring does not answer: nothing is watched',
    );
    expect(await render('alertmanager')).toContain(
      'alertmanager on monitoring does not answer: nobody is told',
    );
    await expect(alertStatus(house('prometheus', 'alertmanager'))).rejects.toThrow(
      expect.objectContaining({ code: 'MONITORING_DOWN', exit: 'unreachable' }),
    );
  });
});
