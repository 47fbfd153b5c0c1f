import { describe, expect, it } from 'vitest';
import { statusExit } from '../../../../src/lib/operations/status/exit.ts';
import { noAnswer, observed, running, statusOf, unit } from './fixture.ts';

const production = { context: { name: 'production', lab: '', from: '--context' } } as const;
const stopped = observed('b', { services: [running('embedder', { unit: unit({ active: 'inactive' }) })] });
const silent = (status: 'running' | 'create') =>
  observed('c', { failure: noAnswer('c'), age: undefined, status });

describe('exitOf', () => {
  it('is ok with warnings, unhealthy with errors, unreachable where a host was silent', () => {
    const full = observed('a', { host: { diskTotalBytes: 100, diskAvailableBytes: 1 } });
    expect(statusExit(statusOf([full]))).toBe('ok');
    expect(statusExit(statusOf([full, stopped]))).toBe('unhealthy');
    expect(statusExit(statusOf([stopped, silent('running')]))).toBe('unreachable');
  });

  it('expects no answer of a host that is still to be created', () => {
    expect(statusExit(statusOf([observed('a'), silent('create')], production))).toBe('ok');
    expect(statusExit(statusOf([stopped, silent('create')], production))).toBe('unhealthy');
    expect(statusExit(statusOf([silent('running')], production))).toBe('unreachable');
  });
});
