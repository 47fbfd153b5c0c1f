import { describe, expect, it } from 'vitest';
import { databaseName, databaseOf } from '../../../../src/lib/manifest/endpoints/database.ts';

describe('databases', () => {
  it('are known by what operators call them, and by their own names', () => {
    expect(databaseName('production')).toBe('unde_ai');
    expect([databaseOf('staging'), databaseOf('unde_staging')]).toEqual(['staging', 'staging']);
  });

  it('suggests what was meant', () => {
    expect(() => databaseOf('prodction')).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_DATABASE', exit: 'usage', hint: 'did you mean production?' }),
    );
  });
});
