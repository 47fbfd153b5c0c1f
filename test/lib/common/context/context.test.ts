import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  contextLabel,
  parseContext,
  resolveContext,
  storeContext,
} from '../../../../src/lib/common/context/context.ts';

const home = mkdtempSync(path.join(os.tmpdir(), 'unde-context-'));
const env = { XDG_CONFIG_HOME: home };
afterAll(() => rmSync(home, { recursive: true }));

describe('resolveContext', () => {
  it('has no default', () => {
    expect(() => resolveContext(undefined, env)).toThrow(
      expect.objectContaining({ code: 'NO_CONTEXT', exit: 'refused' }),
    );
  });

  it('takes the flag before the environment before what was stored', async () => {
    await storeContext(parseContext('lab:stored', '--context'), env);
    expect(resolveContext(undefined, env)).toMatchObject({ lab: 'stored', from: 'unde context use' });
    const both = { ...env, UNDE_CONTEXT: 'lab:env' };
    expect(resolveContext(undefined, both)).toMatchObject({ lab: 'env', from: 'UNDE_CONTEXT' });
    expect(resolveContext('production', both)).toEqual({ name: 'production', lab: '', from: '--context' });
  });
});

describe('parseContext', () => {
  it.each(['lab', 'lab:rehearsal', 'production'])('reads %s, and writes it the same way', (text) => {
    expect(contextLabel(parseContext(text, '--context'))).toBe(text);
  });

  it.each([
    '',
    'prod',
    'production:x',
    'lab:',
    'lab:UPPER',
    'lab:../../etc',
    'lab:a:b',
    'lab:waytoolonganame',
  ])('refuses "%s"', (text) => {
    expect(() => parseContext(text, '--context')).toThrow(expect.objectContaining({ exit: 'usage' }));
  });
});
