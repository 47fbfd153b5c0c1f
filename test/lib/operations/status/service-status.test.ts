import { describe, expect, it } from 'vitest';
import type { ServiceFacts } from '../../../../src/lib/fleet/facts/facts.ts';
import { serviceStatus } from '../../../../src/lib/operations/status/service-status.ts';
import { desired, ledgerEntry, NOW, OTHER_RELEASE, RELEASE, running, unit } from './fixture.ts';

const judge = (facts: Partial<ServiceFacts>, ledger = [ledgerEntry()]) =>
  serviceStatus(desired(), running('embedder', facts), ledger, NOW);

const health = (body: object) => ({ status: 200, body: JSON.stringify(body) });

describe('serviceStatus', () => {
  it('calls a service running only when unit, health, readiness and release agree', () => {
    expect(judge({})).toMatchObject({
      state: 'running',
      reason: '',
      release: RELEASE,
      since: '2026-03-01T10:00:00.000Z',
      sinceSeconds: 7200,
      health: 200,
      ready: 200,
      cpu: 0.25,
      lastDeploy: { by: 'al@ops', action: 'deploy', result: 'ok', ageSeconds: 10_800 },
    });
  });

  it('brings what it says of its work, as far as that is understood', () => {
    const queue = { name: 'queue', value: 3, unit: 'requests', target: 50 };
    const work = [queue, { name: 'of a later version' }];
    expect(judge({ health: health({ release: RELEASE, invocation: 'i1', work }) })).toMatchObject({
      state: 'running',
      work: [queue],
    });
    expect(judge({}).work).toEqual([]);
    expect(judge({ health: { status: 500, body: JSON.stringify({ work }) } }).work).toEqual([]);
  });

  it('is degraded while it is not ready, and says what it waits for', () => {
    const ready = { status: 503, body: '{"ready":false,"awaited":["push","production-db"]}' };
    expect(judge({ ready })).toMatchObject({
      state: 'degraded',
      reason: 'it waits for push, production-db',
      awaited: ['push', 'production-db'],
    });
    expect(judge({ ready: { status: 500, body: '<html>' } }).reason).toBe('/ready answers 500');
    expect(judge({ ready: { status: 0, body: '' } }).reason).toBe('/ready does not answer');
  });

  it('is degraded while the process runs another release, or is another process', () => {
    expect(judge({ health: health({ release: OTHER_RELEASE, invocation: 'i1' }) })).toMatchObject({
      state: 'degraded',
      reason: `it runs release ${'b'.repeat(12)}, and current is ${'a'.repeat(12)}`,
    });
    expect(judge({ health: health({ release: RELEASE, invocation: 'i0' }) })).toMatchObject({
      state: 'degraded',
      reason: expect.stringContaining('another process'),
    });
  });

  it('is unresponsive where the unit is active and nothing answers', () => {
    expect(judge({ health: { status: 0, body: '' } })).toMatchObject({
      state: 'unresponsive',
      reason: 'nothing answers on port 8003',
    });
    expect(judge({ health: { status: 502, body: '' } }).reason).toBe('/health answers 502');
  });

  it('tells failed, failing again and again, starting and stopped apart', () => {
    const failed = judge({
      unit: unit({ active: 'failed', result: 'exit-code', exitStatus: 78 }),
      journal: ['{"level":60,"msg":"UNDE_EMBEDDER_QUEUE must be a number"}', 'plain'],
    });
    expect(failed).toMatchObject({
      state: 'failed',
      reason: 'exit-code, status 78',
      journal: ['UNDE_EMBEDDER_QUEUE must be a number', 'plain'],
    });
    const again = unit({ active: 'activating', sub: 'auto-restart', result: 'exit-code', exitStatus: 1 });
    expect(judge({ unit: again })).toMatchObject({
      state: 'failed',
      reason: 'it ended (exit-code, status 1), and systemd starts it again',
    });
    expect(judge({ unit: unit({ active: 'activating', sub: 'start' }) }).state).toBe('starting');
    expect(judge({ unit: unit({ active: 'inactive', sub: 'dead' }) }).state).toBe('stopped');
    expect(judge({ unit: unit({ load: 'not-found', active: 'inactive' }) })).toMatchObject({
      state: 'failed',
      reason: 'unde-embedder.service is gone',
    });
  });

  it('says who stopped it and why', () => {
    const stop = ledgerEntry({ action: 'stop', who: 'kim@ops', reason: 'disk swap' });
    expect(judge({ unit: unit({ active: 'inactive' }) }, [ledgerEntry(), stop])).toMatchObject({
      state: 'stopped',
      reason: 'by kim@ops: disk swap',
      lastDeploy: { by: 'al@ops' },
    });
  });

  it('names who holds the port of a service that is not there', () => {
    const facts = {
      digest: undefined,
      generation: undefined,
      unit: undefined,
      portHolder: 'Docker container 0123 (python)',
    };
    expect(serviceStatus(desired(), { ...running(), ...facts }, [], NOW)).toMatchObject({
      state: 'not-deployed',
      reason: 'port 8003 is held by Docker container 0123 (python)',
    });
  });

  it('carries a deploy that nobody confirmed, a lock, and releases that are marked bad', () => {
    expect(
      judge({
        pending: { id: 'd2', by: 'kim@ops', digest: RELEASE, generation: 'g', returnsIn: 42 },
        lock: { owner: 'kim@ops', reason: 'new model', since: NOW - 60 },
        bad: [OTHER_RELEASE],
      }),
    ).toMatchObject({
      pending: { by: 'kim@ops', returnsInSeconds: 42 },
      lock: { owner: 'kim@ops', reason: 'new model', since: '2026-03-01T11:59:00.000Z' },
      badReleases: [OTHER_RELEASE],
    });
  });

  it('never takes a release of a third-party service from its answer', () => {
    const platform = { ...desired('node-exporter', 9100), kind: 'platform' as const };
    const facts = running('node-exporter', { health: health({ release: OTHER_RELEASE }) });
    expect(serviceStatus(platform, facts, [], NOW).state).toBe('running');
  });
});
