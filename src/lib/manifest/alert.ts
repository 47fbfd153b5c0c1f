/** A condition that somebody must hear of. */
export interface AlertSpec {
  /** CamelCase; `docs/runbooks/<name>.md` is its page. */
  readonly name: string;
  /** The metric of the operators' table that it watches. */
  readonly metric: string;
  /** PromQL that is true when it fires; `$threshold` is replaced by the threshold. */
  readonly expr: string;
  /**
   * The threshold; `thresholds.<metric>` of the inventory overrides it. `null`: off until the inventory sets one.
   * Absent where the expression needs none.
   */
  readonly threshold?: number | null;
  /** How long it must be true, in Prometheus' notation: `5m`. */
  readonly for: string;
  readonly severity: 'critical' | 'warning' | 'info';
  /** One sentence, with Prometheus' templates: `{{ $labels.instance }} …`. */
  readonly summary: string;
  /** How long it goes on firing once it is true no more, in Prometheus' notation. */
  readonly keep?: string;
  /** Whose alert it is, for those who read it: its manifest's, unless it watches the series of every service. */
  readonly about?: 'series';
}

/** A query that is stored under a name: the operators' metric where the exporter calls it otherwise. */
export interface RecordSpec {
  readonly name: string;
  readonly expr: string;
  readonly help: string;
}

/** Where Prometheus finds a service's metrics. */
export interface ScrapeSpec {
  readonly port: number;
  /** `/metrics` unless told otherwise. */
  readonly path?: string;
  readonly scheme?: 'http' | 'https';
  /** Labels that its metrics bring count; else those of the target do, and the others are renamed. */
  readonly honorLabels?: true;
}
