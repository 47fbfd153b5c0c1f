import { describe, expect, it } from 'vitest';
import { parseAssignments } from '../../../../src/lib/operations/flags/assignments.ts';
import { SERVICES } from './fixture.ts';

const parse = (...words: string[]) => Object.fromEntries(parseAssignments(words, SERVICES));

describe('parseAssignments', () => {
  it('reads several, and values with spaces and equals signs', () => {
    expect(parse('GLOW=dim', 'NIGHT=36 hours')).toEqual({ GLOW: 'dim', NIGHT: '36 hours' });
  });

  it.each([
    [['GLOW'], '"GLOW" is not NAME=VALUE', /for example/],
    [['=dim'], '"=dim" is not NAME=VALUE', /for example/],
    [['GLOW=dim', 'GLOW=bright'], 'GLOW is set twice', /for example/],
    [[], 'there is nothing to set', /for example/],
    [['glow=dim'], 'no service reads a flag "glow"', /did you mean GLOW\?/],
    [['MOON=dim'], 'no service reads a flag "MOON"', /there are: GLOW, SHARE, NIGHT, ROUTE/],
    [['GLOW=bight'], 'GLOW takes one of dim, bright, not "bight"', /did you mean bright\?/],
    [['SHARE='], 'SHARE takes a number from 0 to 1, not ""', /SHARE is how much/],
  ])('refuses %j', (words, message, hint) => {
    const error = (() => {
      try {
        return parse(...words);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ message, exit: 'usage', hint: expect.stringMatching(hint) as string });
  });
});
