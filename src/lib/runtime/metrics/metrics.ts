import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { MetricSpec } from '../../manifest/metric.ts';
import { observeEventLoop } from './event-loop.ts';

/**
 * The metrics of a process: those that its manifest names, the process's own (`process_*`, `nodejs_*`) and the
 * event loop's delay. Only what a manifest names can be counted, so that its list is the whole list.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #counters = new Map<string, Counter>();
  readonly #gauges = new Map<string, Gauge>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #samples: (() => void)[] = [];

  constructor(specs: readonly MetricSpec[]) {
    for (const spec of specs) this.#register(spec);
    collectDefaultMetrics({ register: this.registry });
    observeEventLoop(this.registry);
  }

  /** A counter of the manifest. */
  counter(name: string): Counter {
    return found(this.#counters, name, 'counter');
  }

  /** A gauge of the manifest. */
  gauge(name: string): Gauge {
    return found(this.#gauges, name, 'gauge');
  }

  /** A histogram of the manifest. */
  histogram(name: string): Histogram {
    return found(this.#histograms, name, 'histogram');
  }

  /** Reads a gauge's value at each scrape, rather than whenever it changes. */
  sample(name: string, read: () => number): void {
    const gauge = this.gauge(name);
    this.#samples.push(() => gauge.set(read()));
  }

  /** The text that Prometheus scrapes. */
  text(): Promise<string> {
    for (const sample of this.#samples) sample();
    return this.registry.metrics();
  }

  #register(spec: MetricSpec): void {
    const parts = { name: spec.name, help: spec.help, labelNames: [...(spec.labels ?? [])] };
    const registers = [this.registry];
    switch (spec.type) {
      case 'counter':
        this.#counters.set(spec.name, new Counter({ ...parts, registers }));
        break;
      case 'gauge':
        this.#gauges.set(spec.name, new Gauge({ ...parts, registers }));
        break;
      case 'histogram': {
        const buckets = spec.buckets === undefined ? {} : { buckets: [...spec.buckets] };
        this.#histograms.set(spec.name, new Histogram({ ...parts, ...buckets, registers }));
        break;
      }
    }
  }
}

function found<T>(metrics: ReadonlyMap<string, T>, name: string, kind: string): T {
  const metric = metrics.get(name);
  if (metric === undefined) throw new Error(`the manifest names no ${kind} "${name}"`);
  return metric;
}
