import { describe, expect, it } from 'vitest';
import { metricsIn } from '../../../../src/lib/desired/monitoring/promql.ts';

describe('metricsIn', () => {
  it.each<[string, string[]]>([
    ['up == 0', ['up']],
    ['max by (host, site) (up{job!~"a|b"} or probe_success{job="ping"}) == 0', ['up', 'probe_success']],
    [
      'histogram_quantile(0.95, sum by (le) (rate(embedder_inference_latency_ms_bucket[5m]))) > 300',
      ['embedder_inference_latency_ms_bucket'],
    ],
    ['a / on (host) group_left (site) b unless on(x) c offset 5m', ['a', 'b', 'c']],
    ['label_replace(a{state="failed", name!~"b{c}"} == 1, "service", "$1", "name", "d-(.+)")', ['a']],
    ['increase(a_total[10m]) > 5e3 and time() - b > bool 1', ['a_total', 'b']],
    ['sum(rate(a[5m])) without (b) > -Inf', ['a']],
    ['job:a:rate5m > 1', ['job:a:rate5m']],
    ['a > $threshold', ['a']],
    ['vector(1)', []],
  ])('finds them in %s', (expr, metrics) => {
    expect(metricsIn(expr)).toEqual(metrics);
  });
});
