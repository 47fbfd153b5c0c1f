import { describe, expect, it } from 'vitest';
import { FLAG_METRICS } from '../../../../src/lib/manifest/metrics-of.ts';
import { observeFlags } from '../../../../src/lib/runtime/flags/metrics.ts';
import { Metrics } from '../../../../src/lib/runtime/metrics/metrics.ts';

describe('observeFlags', () => {
  it('exposes one version at a time, and whether the file is damaged', async () => {
    const metrics = new Metrics(FLAG_METRICS);
    observeFlags(metrics, { version: 'a' });
    expect(await metrics.text()).toContain('unde_flags_damaged 0');
    observeFlags(metrics, { version: 'b', damaged: 'torn' });
    const text = await metrics.text();
    expect(text.match(/^unde_flags_version_info.*/gm)).toEqual(['unde_flags_version_info{version="b"} 1']);
    expect(text).toContain('unde_flags_damaged 1');
  });
});
