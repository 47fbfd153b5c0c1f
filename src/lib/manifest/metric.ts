/** One metric that a service exposes. */
export interface MetricSpec {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels?: readonly string[];
  /** Upper bounds of a histogram's buckets, in the metric's own unit. */
  readonly buckets?: readonly number[];
  /** The condition of the alert, as spec'd for operators, e.g. `p95 > 300ms`. */
  readonly alert?: string;
}
