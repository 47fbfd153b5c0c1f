import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../../src/lib/common/error/exit.ts';
import { messageOf, UndeError } from '../../../../src/lib/common/error/unde-error.ts';

describe('UndeError', () => {
  it('is told in JSON with its code, place, cause and next step', () => {
    const error = new UndeError({
      code: 'LOCKED',
      message: 'somebody holds it',
      exit: 'locked',
      where: { host: 'scraper', unit: 'unde-hello.service' },
      hint: 'wait',
      details: ['line'],
    });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'LOCKED',
      message: 'somebody holds it',
      exit: 6,
      where: { host: 'scraper', unit: 'unde-hello.service' },
      hint: 'wait',
      details: ['line'],
    });
  });

  it('says nothing of what it does not know', () => {
    const error = new UndeError({ code: 'X', message: 'y', exit: 'failed' });
    expect(error.toJSON()).toEqual({ code: 'X', message: 'y', exit: 7 });
    expect(error).toBeInstanceOf(Error);
  });

  it('keeps its cause', () => {
    const cause = new Error('below');
    expect(new UndeError({ code: 'X', message: 'y', exit: 'failed', cause }).cause).toBe(cause);
    expect(messageOf(cause)).toBe('below');
    expect(messageOf('thrown text')).toBe('thrown text');
  });
});

describe('the exit table', () => {
  it('gives every class a number of its own that a shell can tell', () => {
    const numbers = Object.values(EXIT);
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const number of numbers) expect(number).toBeLessThan(256);
  });
});
