/** How one alert must behave. */
export interface AlertCase {
  /** Series with which it must be silent. */
  readonly silent: SeriesTable;
  /** Series with which it must fire. */
  readonly firing: SeriesTable;
  /** What it says then. */
  readonly says: string;
  /** Its labels then, beside severity and service. */
  readonly labels: Readonly<Record<string, string>>;
  /** The label `service` where it is not the manifest's own name. */
  readonly service?: string;
  /** The threshold to test with; for alerts that are off until the inventory sets one. */
  readonly threshold?: number;
  /** It fires without any series, too: what is absent is wrong. */
  readonly firesWhenAbsent?: true;
}

/**
 * Series by name with labels, each in promtool's notation without the count, one value a minute: `1` is constant, `0+5`
 * grows by 5 a minute.
 */
export type SeriesTable = Readonly<Record<string, string>>;

/** What Prometheus adds to every series of a target. */
export function target(host: string, service: string, port: number | undefined, site = 'helsinki'): Target {
  const instance = port === undefined ? host : `${host}:${port}`;
  return { labels: { host, site, service, instance }, job: service };
}

export interface Target {
  readonly labels: Readonly<Record<'host' | 'site' | 'service' | 'instance', string>>;
  readonly job: string;
}

/** A series of a target, as promtool writes it. */
export function of(
  metric: string,
  { labels, job }: Target,
  further: Readonly<Record<string, string>> = {},
): string {
  const all = { ...labels, job, ...further };
  return `${metric}{${Object.entries(all)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}}`;
}

/** The labels that an alert on a plain series of a target has, but for its service. */
export function labelsOf(
  { labels, job }: Target,
  further: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const { host, site, instance } = labels;
  return { host, site, instance, job, ...further };
}
