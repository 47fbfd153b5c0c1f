/** An alert that fires now. */
export interface FiringAlert {
  readonly name: string;
  readonly severity: string;
  readonly site: string | null;
  readonly host: string | null;
  readonly service: string | null;
  /** ISO 8601. */
  readonly since: string;
  readonly summary: string;
  readonly runbook: string;
  /** `told`: operators were told; `silenced` by one of them; `explained` by another alert; `untold`: nobody can say. */
  readonly state: 'told' | 'silenced' | 'explained' | 'untold';
}

/** What an operator does not want to hear of for a while. */
export interface Silence {
  readonly id: string;
  /** The alert; `null` where it is every one. */
  readonly alert: string | null;
  readonly host: string | null;
  /** What it matches, as Alertmanager writes it. */
  readonly matchers: string;
  /** ISO 8601. */
  readonly until: string;
  readonly by: string;
  readonly why: string;
}

type Labels = Readonly<Record<string, string>>;

/** `GET /api/v1/alerts` of Prometheus, as far as it is read here. */
export interface PrometheusAlerts {
  readonly data: {
    readonly alerts: readonly {
      readonly labels: Labels;
      readonly annotations: Labels;
      readonly state: string;
      readonly activeAt: string;
    }[];
  };
}

/** One element of `GET /api/v2/alerts` of Alertmanager, as far as it is read here. */
export interface AlertmanagerAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly status: { readonly state: string; readonly silencedBy: readonly string[] };
}

/** One element of `GET /api/v2/silences` of Alertmanager, as far as it is read here. */
export interface AlertmanagerSilence {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly matchers: readonly {
    readonly name: string;
    readonly value: string;
    readonly isRegex: boolean;
    readonly isEqual?: boolean;
  }[];
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
}

const WORST_FIRST = ['critical', 'warning', 'info'];

/**
 * What fires now, worst and oldest first. Prometheus knows what fires, Alertmanager what became of it; where one of
 * them does not answer (`undefined`), the other's word has to do.
 */
export function firingAlerts(
  prometheus: PrometheusAlerts | undefined,
  alertmanager: readonly AlertmanagerAlert[] | undefined,
): FiringAlert[] {
  const known = new Map((alertmanager ?? []).map((alert) => [keyOf(alert.labels), alert]));
  const found =
    prometheus === undefined
      ? [...known.values()].map((alert) => ({ ...alert, told: alert }))
      : prometheus.data.alerts
          .filter(({ state }) => state === 'firing')
          .map(({ labels, annotations, activeAt }) => {
            const told = known.get(keyOf(labels));
            return { labels, annotations, startsAt: told?.startsAt ?? activeAt, told };
          });
  return found
    .map(({ labels, annotations, startsAt, told }): FiringAlert => ({
      name: labels['alertname'] ?? '',
      severity: labels['severity'] ?? '',
      site: labels['site'] ?? null,
      host: labels['host'] ?? null,
      service: labels['service'] ?? null,
      since: startsAt,
      summary: annotations['summary'] ?? '',
      runbook: annotations['runbook'] ?? '',
      state: stateOf(told),
    }))
    .sort(
      (a, b) =>
        WORST_FIRST.indexOf(a.severity) - WORST_FIRST.indexOf(b.severity) ||
        Date.parse(a.since) - Date.parse(b.since),
    );
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function stateOf(told: AlertmanagerAlert | undefined): FiringAlert['state'] {
  if (told === undefined) return 'untold';
  if (told.status.state !== 'suppressed') return 'told';
  return told.status.silencedBy.length > 0 ? 'silenced' : 'explained';
}

/** The silences that hold now, the one that ends first before the others. */
export function activeSilences(all: readonly AlertmanagerSilence[]): Silence[] {
  return all
    .filter(({ status }) => status.state === 'active')
    .map(({ id, matchers, endsAt, createdBy, comment }): Silence => {
      const equal = (label: string) =>
        matchers.find(({ name, isRegex, isEqual }) => name === label && !isRegex && isEqual !== false)
          ?.value ?? null;
      return {
        id,
        alert: equal('alertname'),
        host: equal('host'),
        matchers: matchers
          .map(({ name, value, isRegex, isEqual = true }) => {
            const operator = isRegex ? (isEqual ? '=~' : '!~') : isEqual ? '=' : '!=';
            return `${name}${operator}"${value}"`;
          })
          .join(' '),
        until: endsAt,
        by: createdBy,
        why: comment,
      };
    })
    .sort((a, b) => Date.parse(a.until) - Date.parse(b.until));
}
