import { describe, expect, it } from 'vitest';
import { Metrics } from '../../../../src/lib/runtime/metrics/metrics.ts';

const specs = [
  { name: 'photos', type: 'counter', help: 'Photos.', labels: ['kind'] },
  { name: 'depth', type: 'gauge', help: 'Depth.' },
  { name: 'latency_ms', type: 'histogram', help: 'Latency.', buckets: [100, 300] },
] as const;

describe('Metrics', () => {
  it('exposes what the manifest names, under the names that it gives', async () => {
    const metrics = new Metrics(specs);
    metrics.counter('photos').inc({ kind: 'input' }, 2);
    metrics.histogram('latency_ms').observe(200);
    let depth = 3;
    metrics.sample('depth', () => depth);
    const text = await metrics.text();
    expect(text).toContain('photos{kind="input"} 2');
    expect(text).toContain('latency_ms_bucket{le="100"} 0');
    expect(text).toContain('latency_ms_bucket{le="300"} 1');
    expect(text).toContain('depth 3');
    depth = 4;
    expect(await metrics.text()).toContain('depth 4');
  });

  it('exposes the process and its event loop', async () => {
    const metrics = new Metrics([]);
    await expect
      .poll(() => metrics.text(), { timeout: 5000 })
      .toMatch(/event_loop_delay_ms\{quantile="0\.99"\} [\d.]+/);
    expect(await metrics.text()).toContain('process_resident_memory_bytes');
  });

  it('counts nothing that the manifest does not name', () => {
    const metrics = new Metrics(specs);
    expect(() => metrics.counter('unknown')).toThrow('the manifest names no counter "unknown"');
    expect(() => metrics.gauge('photos')).toThrow('the manifest names no gauge "photos"');
  });
});
