import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, type Registry } from 'prom-client';

/** How often the event loop is probed, in milliseconds. */
const RESOLUTION_MS = 2;

/**
 * Exposes how late the event loop ran, as `event_loop_delay_ms` by quantile. Each scrape answers for the time
 * since the scrape before it.
 */
export function observeEventLoop(registry: Registry): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  // What is recorded is the time from probe to probe, so the pause between two probes is no delay.
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  const gauge = new Gauge({
    name: 'event_loop_delay_ms',
    help: 'How late the event loop ran, since the last scrape, in milliseconds.',
    labelNames: ['quantile'],
    registers: [],
    collect() {
      if (delay.count === 0) return;
      this.set({ quantile: '0.5' }, late(delay.percentile(50)));
      this.set({ quantile: '0.99' }, late(delay.percentile(99)));
      this.set({ quantile: '1' }, late(delay.max));
      delay.reset();
    },
  });
  registry.registerMetric(gauge);
}
