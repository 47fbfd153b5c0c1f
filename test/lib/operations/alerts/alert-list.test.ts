import { describe, expect, it } from 'vitest';
import {
  activeSilences,
  firingAlerts,
  type AlertmanagerAlert,
  type AlertmanagerSilence,
  type PrometheusAlerts,
} from '../../../../src/lib/operations/alerts/alert-list.ts';

type Firing = PrometheusAlerts['data']['alerts'][number];

const firing = (
  labels: Record<string, string>,
  activeAt = '2026-03-01T12:00:00Z',
  state = 'firing',
): Firing => ({
  labels: { alertname: 'HostDown', severity: 'critical', host: 'push', site: 'helsinki', ...labels },
  annotations: { summary: 'push is down', runbook: 'docs/runbooks/HostDown.md' },
  activeAt,
  state,
});
const prometheus = (...alerts: Firing[]): PrometheusAlerts => ({ data: { alerts } });
const told = (
  { labels, annotations }: Firing,
  state = 'active',
  silencedBy: string[] = [],
): AlertmanagerAlert => ({
  // Alertmanager gives labels back in an order of its own.
  labels: Object.fromEntries(Object.entries(labels).toReversed()),
  annotations,
  startsAt: '2026-03-01T12:00:15Z',
  status: { state, silencedBy },
});

describe('firingAlerts', () => {
  it('knows from Prometheus what fires, and from Alertmanager what became of it', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((host) => firing({ host }));
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('four');
    const found = firingAlerts(prometheus(a, b, c, d), [
      told(a),
      told(b, 'suppressed', ['3f6d1c02']),
      told(c, 'suppressed'),
    ]);
    expect(found.map(({ host, state }) => `${host} ${state}`)).toEqual([
      'd untold',
      'a told',
      'b silenced',
      'c explained',
    ]);
    expect(found.find(({ host }) => host === 'a')).toEqual({
      name: 'HostDown',
      severity: 'critical',
      site: 'helsinki',
      host: 'a',
      service: null,
      since: '2026-03-01T12:00:15Z',
      summary: 'push is down',
      runbook: 'docs/runbooks/HostDown.md',
      state: 'told',
    });
  });

  it('puts what is worst first, then what has lasted longest', () => {
    const found = firingAlerts(
      prometheus(
        firing({ alertname: 'A', severity: 'info' }, '2026-03-01T09:00:00Z'),
        firing({ alertname: 'B', severity: 'warning' }, '2026-03-01T11:00:00Z'),
        firing({ alertname: 'C', severity: 'warning' }, '2026-03-01T10:00:00Z'),
        firing({ alertname: 'D' }, '2026-03-01T12:00:00Z'),
      ),
      undefined,
    );
    expect(found.map(({ name }) => name)).toEqual(['D', 'C', 'B', 'A']);
  });

  it('counts neither what is only pending nor what Prometheus no longer sees', () => {
    const over = firing({ host: 'over' });
    expect(firingAlerts(prometheus(firing({}, undefined, 'pending')), [told(over)])).toEqual([]);
  });

  it('has to take one word for both where the other is down', () => {
    const alert = firing({});
    expect(firingAlerts(prometheus(alert), undefined)[0]?.state).toBe('untold');
    expect(firingAlerts(undefined, [told(alert)])[0]?.state).toBe('told');
    expect(firingAlerts(undefined, undefined)).toEqual([]);
  });
});

describe('activeSilences', () => {
  const silence = (parts: Partial<AlertmanagerSilence>): AlertmanagerSilence => ({
    id: '3f6d1c02-0000',
    status: { state: 'active' },
    matchers: [{ name: 'alertname', value: 'HostDown', isRegex: false }],
    endsAt: '2026-03-01T14:00:00Z',
    createdBy: 'kim@ops',
    comment: 'new disk',
    ...parts,
  });

  it('has those that hold, the next to end first', () => {
    const found = activeSilences([
      silence({ id: 'late', endsAt: '2026-03-02T00:00:00Z' }),
      silence({ id: 'over', status: { state: 'expired' } }),
      silence({ id: 'soon' }),
    ]);
    expect(found.map(({ id }) => id)).toEqual(['soon', 'late']);
    expect(found[0]).toMatchObject({ alert: 'HostDown', host: null, by: 'kim@ops', why: 'new disk' });
  });

  it('takes a pattern, or the opposite, for no name', () => {
    const [found] = activeSilences([
      silence({
        matchers: [
          { name: 'alertname', value: 'Host.*', isRegex: true, isEqual: true },
          { name: 'host', value: 'push', isRegex: false, isEqual: false },
        ],
      }),
    ]);
    expect(found).toMatchObject({ alert: null, host: null, matchers: 'alertname=~"Host.*" host!="push"' });
  });
});
