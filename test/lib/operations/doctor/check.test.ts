import { describe, expect, it } from 'vitest';
import { UndeError } from '../../../../src/lib/common/error/unde-error.ts';
import {
  countChecks,
  fail,
  failed,
  ok,
  renderChecks,
  warn,
} from '../../../../src/lib/operations/doctor/check.ts';

describe('renderChecks', () => {
  it('aligns the checks, and says below those that are not well what to type', () => {
    const checks = [
      ok('node', '24'),
      warn('inventory', '3 errors', 'unde inventory check'),
      fail('lab', 'down', 'unde lab up'),
    ];
    expect(renderChecks(checks).split('\n')).toEqual([
      '✔ ok    node       24',
      '! warn  inventory  3 errors',
      '                   → unde inventory check',
      '✘ fail  lab        down',
      '                   → unde lab up',
      '',
      '1 failed, 1 to know of',
    ]);
    expect(countChecks(checks)).toEqual({ ok: 1, warn: 1, fail: 1 });
    expect(renderChecks([ok('node', '24')])).toContain('all well');
  });
});

describe('failed', () => {
  it('takes the hint of the error', () => {
    const error = new UndeError({
      code: 'X',
      message: 'broken',
      exit: 'config',
      hint: 'mend it',
      details: ['a', 'b'],
    });
    expect(failed('inventory', error)).toEqual({
      name: 'inventory',
      verdict: 'fail',
      message: 'broken (2 findings, the first: a)',
      hint: 'mend it',
    });
  });
});
