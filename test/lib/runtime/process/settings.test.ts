import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../../src/lib/runtime/process/settings.ts';
import type { SettingSpec } from '../../../../src/lib/manifest/setting.ts';

const specs = [
  { variable: 'UNDE_X_NAME', key: 'name', type: 'string', default: 'x', purpose: 'the name' },
  { variable: 'UNDE_X_HOSTS', key: 'hosts', type: 'list', default: ['a'], purpose: 'the hosts' },
  {
    variable: 'UNDE_X_COUNT',
    key: 'count',
    type: 'integer',
    default: 5,
    minimum: 1,
    maximum: 10,
    purpose: 'the count',
  },
] as const satisfies readonly SettingSpec[];

describe('readSettings', () => {
  it('takes defaults where nothing is set, or nothing is in it', () => {
    expect(readSettings(specs, { UNDE_X_COUNT: '', UNDE_X_NAME: ' ' })).toEqual({
      name: 'x',
      hosts: ['a'],
      count: 5,
    });
  });

  it('reads what is set', () => {
    const env = { UNDE_X_NAME: 'y', UNDE_X_HOSTS: 'b, c  d,', UNDE_X_COUNT: '10' };
    expect(readSettings(specs, env)).toEqual({ name: 'y', hosts: ['b', 'c', 'd'], count: 10 });
  });

  it.each(['0', '11', '1.5', 'five', '1e1', '0x5', '99999999999999999999'])(
    'refuses %s as a count, and names the variable',
    (UNDE_X_COUNT) => {
      expect(() => readSettings(specs, { UNDE_X_COUNT })).toThrow(
        expect.objectContaining({
          code: 'BAD_SETTING',
          exit: 'config',
          message: `UNDE_X_COUNT: "${UNDE_X_COUNT}" is not a whole number of 1 to 10`,
        }),
      );
    },
  );
});
