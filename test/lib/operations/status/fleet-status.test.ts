import { describe, expect, it } from 'vitest';
import { noAnswer, NOW, observed, OTHER_RELEASE, RELEASE, running, statusOf, unit } from './fixture.ts';

describe('fleetStatus', () => {
  it('has nothing to say of a fleet that is well', () => {
    const status = statusOf([observed('a'), observed('b', { site: 'helsinki' })]);
    expect(status).toMatchObject({
      context: 'lab:test',
      at: '2026-03-01T12:00:00.000Z',
      problems: [],
      summary: {
        hosts: 2,
        up: 2,
        unreachable: 0,
        errors: 0,
        warnings: 0,
        services: { running: 2, failed: 0 },
      },
    });
  });

  it('says why a host cannot be asked, and does not pretend to know its services', () => {
    const status = statusOf([
      observed('a'),
      observed('b', { failure: noAnswer('b'), age: 30 }),
      observed('c', { failure: noAnswer('c'), age: undefined }),
    ]);
    expect(status.summary).toMatchObject({ up: 1, unreachable: 2, errors: 2 });
    expect(status.hosts[1]).toMatchObject({
      state: 'unreachable',
      reachable: false,
      error: { code: 'NO_ANSWER' },
      ageSeconds: 30,
      services: [{ state: 'unknown', reason: 'it was running', release: RELEASE }],
    });
    expect(status.hosts[2]).toMatchObject({
      ageSeconds: null,
      services: [{ state: 'unknown', release: null }],
    });
    expect(status.problems[0]).toMatchObject({
      severity: 'error',
      code: 'NO_ANSWER',
      hosts: ['b'],
      message: 'no answer from b within 5 s; it last answered 30s ago',
      hint: 'unde lab status --name test',
    });
  });

  it('only warns of a production host that is still to be created', () => {
    const context = { name: 'production', lab: '', from: '--context' } as const;
    const one = [observed('a', { failure: noAnswer('a'), age: undefined, status: 'create' })];
    expect(statusOf(one, { context }).problems[0]).toMatchObject({
      severity: 'warning',
      code: 'HOST_NOT_CREATED',
    });
    expect(statusOf(one).problems[0]).toMatchObject({ severity: 'error' });
  });

  it('calls an answer stale once it is older than allowed, and asking before there is any', () => {
    expect(statusOf([observed('a', { age: 11 })]).hosts[0]?.state).toBe('up');
    const stale = statusOf([observed('a', { age: 12 })]);
    expect(stale.hosts[0]).toMatchObject({ state: 'stale', reachable: true });
    expect(stale.problems[0]).toMatchObject({ severity: 'warning', code: 'HOST_STALE' });
    expect(statusOf([observed('a', { age: undefined })]).hosts[0]?.state).toBe('asking');
  });

  it('says at the top that a service runs in several releases', () => {
    const old = running('embedder', { digest: OTHER_RELEASE });
    const status = statusOf([observed('a'), observed('b'), observed('c', { services: [old] })]);
    expect(status.problems).toEqual([
      expect.objectContaining({
        code: 'MIXED_RELEASES',
        hosts: ['a', 'b', 'c'],
        message: `embedder is mixed: ${'a'.repeat(12)} on a and b and ${'b'.repeat(12)} on c`,
        hint: 'unde deploy embedder',
      }),
    ]);
  });

  it('puts errors before warnings', () => {
    const full = { diskTotalBytes: 100, diskAvailableBytes: 10 };
    const stopped = running('embedder', { unit: unit({ active: 'inactive' }) });
    const status = statusOf([observed('a', { host: full }), observed('b', { services: [stopped] })]);
    expect(status.problems.map(({ code }) => code)).toEqual(['SERVICE_STOPPED', 'DISK_FULL']);
    expect(status.summary).toMatchObject({ errors: 1, warnings: 1 });
  });

  it('warns of a clock that is off by more than the question took', () => {
    expect(statusOf([observed('a', { host: { now: NOW + 1 } })]).problems).toEqual([]);
    const ahead = statusOf([observed('a', { host: { now: NOW + 90 } })]);
    expect(ahead.problems[0]?.message).toBe("the clock of a is 90.0 s ahead of this machine's");
    const behind = statusOf([observed('a', { host: { now: NOW - 5.1 } })]);
    expect(behind.hosts[0]?.clockSkewSeconds).toBe(-5);
    expect(behind.problems[0]?.message).toContain('behind');
  });

  it('says once what was never deployed on many hosts', () => {
    const absent = running('embedder', { generation: undefined, unit: undefined });
    const services = [{ ...absent, digest: undefined }];
    const status = statusOf(['a', 'b', 'c', 'd', 'e'].map((name) => observed(name, { services })));
    expect(status.problems).toHaveLength(1);
    expect(status.problems[0]).toMatchObject({
      severity: 'warning',
      message: 'embedder was never deployed on a, b, c and 2 more hosts',
      hosts: ['a', 'b', 'c', 'd', 'e'],
      hint: 'unde deploy embedder',
    });
  });

  it('lists what is not built as such, and as no problem', () => {
    const status = statusOf([observed('a', { notBuilt: ['redis'] })]);
    expect(status.hosts[0]?.services[1]).toMatchObject({
      name: 'redis',
      kind: 'planned',
      state: 'not-built',
    });
    expect(status.problems).toEqual([]);
  });
});
