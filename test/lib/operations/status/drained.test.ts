import { describe, expect, it } from 'vitest';
import { NOW, observed, running, statusOf, unit } from './fixture.ts';

const drained = { at: NOW - 3600, by: 'kim@ops', why: 'new disk' };
const stopped = () => running('embedder', { unit: unit({ active: 'inactive' }) });

describe('a host that was taken out of work', () => {
  it('is said to be, once, and what was stopped with it is no error', () => {
    const status = statusOf([observed('a', { host: { drained }, services: [stopped()] })]);
    expect(status.problems).toEqual([
      expect.objectContaining({
        severity: 'warning',
        code: 'HOST_DRAINED',
        message: 'kim@ops has taken a out of work: new disk',
        hint: 'unde host undrain host:a',
      }),
    ]);
    expect(status.hosts[0]?.drained).toEqual({
      since: '2026-03-01T11:00:00.000Z',
      by: 'kim@ops',
      why: 'new disk',
    });
  });

  it('does not hide what has failed there', () => {
    const failed = running('embedder', { unit: unit({ active: 'failed', result: 'exit-code' }) });
    const status = statusOf([observed('a', { host: { drained }, services: [failed] })]);
    expect(status.problems.map(({ code }) => code)).toEqual(['SERVICE_FAILED', 'HOST_DRAINED']);
  });

  it('is one that was: elsewhere a stopped service stays an error', () => {
    expect(statusOf([observed('a', { services: [stopped()] })]).problems[0]?.code).toBe('SERVICE_STOPPED');
  });
});
