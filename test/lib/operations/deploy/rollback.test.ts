import { describe, expect, it } from 'vitest';
import type { Reached } from '../../../../src/lib/operations/plan/survey.ts';
import { rollbackMoves, rollbackTarget } from '../../../../src/lib/operations/deploy/rollback.ts';
import type { ServiceFacts } from '../../../../src/lib/fleet/facts/facts.ts';
import { A, B, C, DESIRED, hostFacts, serviceFacts } from './fixture.ts';

const ran = (...digests: string[]) => digests.map((digest, index) => ({ generation: `g${index}`, digest }));
const host = (parts: Partial<ServiceFacts>) =>
  serviceFacts({ releases: [A, B, C], digest: C, generation: 'g2', confirmed: ran(A, B, C), ...parts });

describe('rollbackTarget', () => {
  it('is the newest good release that is not the one that runs', () => {
    expect(rollbackTarget(host({}))).toEqual({ generation: 'g1', digest: B });
  });

  it('is never a bad one, nor one that never passed its gate, nor one that is gone', () => {
    expect(rollbackTarget(host({ bad: [B] }))?.digest).toBe(A);
    expect(rollbackTarget(host({ confirmed: ran(A, C) }))?.digest).toBe(A);
    expect(rollbackTarget(host({ releases: [A, C] }))?.digest).toBe(A);
    expect(rollbackTarget(host({ bad: [A, B] }))).toBeUndefined();
  });

  it('takes the newest generation of a release, and a bad release only by its name', () => {
    const confirmed = [...ran(A, B), { generation: 'newer', digest: A }, { generation: 'g2', digest: C }];
    expect(rollbackTarget(host({ confirmed }))).toEqual({ generation: 'newer', digest: A });
    expect(rollbackTarget(host({ bad: [A, B] }), 'bbb')?.digest).toBe(B);
    expect(rollbackTarget(host({}), 'ccc')).toBeUndefined();
  });

  it('finds generations of a platform service, which has no releases', () => {
    expect(rollbackTarget(host({ releases: [] }))?.digest).toBe(B);
  });
});

describe('rollbackAims', () => {
  const reached = (service: ServiceFacts): Reached =>
    ({
      assignment: { host: { name: 'scraper' }, desired: [DESIRED] },
      facts: hostFacts(service),
    }) as unknown as Reached;

  it('names the hosts that have nothing to go back to, and moves none', () => {
    expect(() => rollbackMoves([reached(host({})), reached(host({ bad: [A, B] }))], 'hello')).toThrow(
      expect.objectContaining({
        code: 'NOTHING_TO_ROLL_BACK_TO',
        details: [expect.stringContaining('aaaaaaaaaaaa (bad), bbbbbbbbbbbb (bad)')],
      }),
    );
  });

  it('refuses the beginning of two digests', () => {
    const facts = host({ confirmed: ran(`ab${A.slice(2)}`, `ac${A.slice(2)}`) });
    expect(() => rollbackMoves([reached(facts)], 'hello', 'a')).toThrow(
      expect.objectContaining({ code: 'AMBIGUOUS_RELEASE' }),
    );
  });

  it('leaves a host alone that runs the wanted release', () => {
    expect(
      rollbackMoves([reached(host({})), reached(host({ digest: B, generation: 'g1' }))], 'hello', 'bb'),
    ).toHaveLength(1);
  });
});
