import { describe, expect, it } from 'vitest';
import type { ServiceFacts } from '../../../../src/lib/fleet/facts/facts.ts';
import { NOW, observed, OTHER_RELEASE, RELEASE, running, statusOf, unit } from './fixture.ts';

/** The first problem of a fleet where one service is like this. */
function problem(parts: Partial<ServiceFacts>, from: '--context' | 'UNDE_CONTEXT' = 'UNDE_CONTEXT') {
  const services = [{ ...running(), ...parts }];
  const context = { name: 'lab', lab: 'test', from } as const;
  return statusOf([observed('gpu', { services })], { context }).problems[0];
}

describe('serviceProblems', () => {
  it('shows the last words of a unit that failed, and where to read on', () => {
    const journal = ['cannot open model.onnx'];
    expect(problem({ unit: unit({ active: 'failed', result: 'signal', since: NOW - 60 }), journal })).toEqual(
      {
        severity: 'error',
        code: 'SERVICE_FAILED',
        hosts: ['gpu'],
        service: 'embedder',
        message: 'embedder on gpu failed 1m ago: signal',
        details: ['cannot open model.onnx'],
        hint: 'unde logs embedder --host gpu',
      },
    );
  });

  it('names the command with the context where only a flag said it', () => {
    const stopped = { unit: unit({ active: 'inactive' }) };
    expect(problem(stopped)?.hint).toBe('unde start embedder+host:gpu');
    expect(problem(stopped, '--context')?.hint).toBe('unde start embedder+host:gpu -c lab:test');
  });

  it('sends to the host where somebody else holds the port', () => {
    expect(
      problem({ unit: unit({ active: 'failed' }), portHolder: 'unit old.service (python, pid 7)' }),
    ).toMatchObject({
      code: 'PORT_HELD',
      message: expect.stringContaining('port 8003 is held by unit old.service (python, pid 7)'),
      hint: 'unde ssh gpu',
    });
  });

  it('wants a restart of a process that missed the switch, and the logs of one that waits', () => {
    const old = { status: 200, body: JSON.stringify({ release: OTHER_RELEASE, invocation: 'i1' }) };
    expect(problem({ health: old })?.hint).toBe('unde restart embedder+host:gpu');
    const waits = { status: 503, body: '{"awaited":["push"]}' };
    expect(problem({ ready: waits })?.hint).toBe('unde logs embedder --host gpu');
  });

  it('counts down to the return of a deploy that nobody confirmed', () => {
    const pending = { id: 'd', by: 'kim@ops', digest: OTHER_RELEASE, generation: 'g', returnsIn: 41.7 };
    expect(problem({ pending })).toMatchObject({
      severity: 'warning',
      code: 'UNCONFIRMED_DEPLOY',
      message: `embedder on gpu was switched to ${'b'.repeat(12)} by kim@ops and is not confirmed: it goes back by itself in 42 s`,
    });
    expect(problem({ pending: { ...pending, returnsIn: undefined } })?.message).toContain(
      'no timer is armed',
    );
  });

  it('names the holder of a lock with the reason', () => {
    expect(problem({ lock: { owner: 'kim@ops', reason: 'new model', since: NOW - 60 } })).toMatchObject({
      code: 'LOCK_HELD',
      message: 'kim@ops holds the lock of embedder on gpu since 11:59:00 UTC: new model',
    });
  });

  it('is an error to run what is marked bad, and none to have it', () => {
    expect(problem({ bad: [RELEASE] })).toMatchObject({ code: 'BAD_RELEASE', severity: 'error' });
    expect(problem({ bad: [OTHER_RELEASE] })).toBeUndefined();
  });

  it('tells of a restart by systemd while it is news', () => {
    expect(problem({ unit: unit({ restarts: 3, since: NOW - 120 }) })).toMatchObject({
      code: 'SERVICE_RESTARTED',
      message: 'embedder on gpu ended by itself; systemd restarted it 3 times, the last time 2m ago',
    });
    expect(problem({ unit: unit({ restarts: 3, since: NOW - 7200 }) })).toBeUndefined();
  });
});
