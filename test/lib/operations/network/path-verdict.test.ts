import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../../src/lib/operations/network/attempt.ts';
import { verdictOf, worstPathFirst } from '../../../../src/lib/operations/network/path-verdict.ts';
import { networkScope } from '../../desired/network/network-scope.ts';

const [from, to] = networkScope('firewall', 'db').hosts;
if (from === undefined || to === undefined) throw new Error('the fixture has no hosts');

function attempt(expected: Attempt['expected']): Attempt {
  return { from: from!, to: to!, port: 6379, service: 'store', expected, why: 'clients: app' };
}

describe('verdictOf', () => {
  it.each([
    ['open', 'open', 'right', 'clients: app'],
    ['open', 'refused', 'wrong', 'nothing listens'],
    ['open', 'no answer', 'wrong', 'dropped on the way'],
    ['open', 'no way', 'wrong', 'no route'],
    ['closed', 'no answer', 'right', 'clients: app'],
    ['closed', 'no way', 'right', 'clients: app'],
    ['closed', 'open', 'wrong', 'it is open'],
    ['closed', 'refused', 'wrong', 'let the packet through'],
    ['open', undefined, 'unknown', 'clients: app'],
  ] as const)('of one that should be %s and is %s is %s', (expected, found, verdict, note) => {
    const result = verdictOf(attempt(expected), found);
    expect(result).toMatchObject({ verdict, found: found ?? 'not tried', from: 'app', to: 'cache' });
    expect(result.note).toContain(note);
  });

  it('puts what is wrong first', () => {
    const all = [
      verdictOf(attempt('open'), 'open'),
      verdictOf(attempt('open'), undefined),
      verdictOf(attempt('closed'), 'open'),
    ];
    expect(worstPathFirst(all).map(({ verdict }) => verdict)).toEqual(['wrong', 'unknown', 'right']);
  });
});
