import { describe, expect, it } from 'vitest';
import { metricsOf } from '../../../src/lib/manifest/metrics-of.ts';

const metrics = [{ name: 'photos', type: 'counter', help: 'Photos.' }] as const;
const flags = [{ name: 'GLOW', type: 'int', default: '1', purpose: 'how' }] as const;

describe('metricsOf', () => {
  it('adds what comes with reading flags, and only then', () => {
    expect(metricsOf({ metrics })).toEqual(metrics);
    expect(metricsOf({ metrics, flags: [] })).toEqual(metrics);
    expect(metricsOf({ metrics, flags }).map(({ name }) => name)).toEqual([
      'photos',
      'unde_flags_version_info',
      'unde_flags_damaged',
    ]);
  });
});
