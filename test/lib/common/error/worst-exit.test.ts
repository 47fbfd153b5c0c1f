import { describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../../../src/lib/common/error/exit.ts';
import { EXIT_ORDER, worstExit, type Ending } from '../../../../src/lib/common/error/worst-exit.ts';

describe('worstExit', () => {
  it.each<[string, Ending, string]>([
    ['nothing is wrong', {}, 'ok'],
    ['nothing that was looked for is', { unreachable: false, unhealthy: false, drift: false }, 'ok'],
    ['a host could not be asked, and another is ill', { unreachable: true, unhealthy: true }, 'unreachable'],
    ['a host could not be asked, and another differs', { unreachable: true, drift: true }, 'unreachable'],
    ['a command failed on one host, and another is away', { failed: true, unreachable: true }, 'unreachable'],
    ['a change failed, since the operator ended it', { failed: true, interrupted: true }, 'interrupted'],
    ['an interrupted change left the fleet mixed', { mixed: true, interrupted: true }, 'mixed'],
    ['a flag was not written here, and not confirmed there', { mixed: true, unconfirmed: true }, 'mixed'],
    [
      'a flag is not confirmed, and a host was left behind',
      { unconfirmed: true, unreachable: true },
      'unconfirmed',
    ],
    ['one host is ill, and another differs', { unhealthy: true, drift: true }, 'unhealthy'],
  ])('where %s', (_, ending, exit) => {
    expect(worstExit(ending)).toBe(exit);
  });

  it('knows the place of every class', () => {
    expect(EXIT_ORDER.toSorted()).toEqual(EXIT_CODES.map(({ name }) => name).toSorted());
  });
});
