import { describe, expect, it } from 'vitest';
import { assertAtWork } from '../../../../src/lib/operations/deploy/preflight.ts';
import type { Reached } from '../../../../src/lib/operations/plan/survey.ts';
import { DESIRED, hostFacts, serviceFacts } from './fixture.ts';

const drained = { at: 0, by: 'kim@ops', why: 'new disk' };

function move(kind: 'service' | 'platform', isDrained: boolean) {
  const facts = hostFacts(serviceFacts());
  const reached = {
    assignment: { host: { name: 'scraper' }, desired: [] },
    facts: { ...facts, host: { ...facts.host, ...(isDrained ? { drained } : {}) } },
  } as unknown as Reached;
  return [{ reached, desired: { ...DESIRED, kind } }];
}

describe('a deploy to a host that was taken out of work', () => {
  it('starts none of our services there', () => {
    expect(() => assertAtWork(move('service', true))).toThrowError(
      expect.objectContaining({
        code: 'HOST_DRAINED',
        message: 'kim@ops has taken scraper out of work: new disk; hello would start there',
      }),
    );
  });

  it('may change what stays up there', () => {
    expect(() => assertAtWork(move('platform', true))).not.toThrow();
    expect(() => assertAtWork(move('service', false))).not.toThrow();
  });
});
