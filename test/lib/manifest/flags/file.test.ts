import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFlagFile, renderFlagFile, type FlagFile } from '../../../../src/lib/manifest/flags/file.ts';

const origin = {
  version: '20261121-151305042-ab12',
  changed_at: '2026-11-21T15:13:05.042Z',
  by: 'kim@ops',
  why: 'pgvector is being rebuilt',
};
const file: FlagFile = {
  ...origin,
  values: { SEARCH_BACKEND: 'ximilar', MARGIN: '0.2' },
  origins: {
    SEARCH_BACKEND: origin,
    MARGIN: { ...origin, version: '20261120-090000000-0001', by: 'lee@ops' },
  },
};

describe('parseFlagFile', () => {
  it('reads what renderFlagFile wrote, which is one line', () => {
    const text = renderFlagFile({ ...file, why: 'two\nlines', restores: '20261119-000000000-0000' });
    expect(text).not.toContain('\n');
    expect(parseFlagFile(`${text}\n`).file).toEqual({
      ...file,
      why: 'two\nlines',
      restores: '20261119-000000000-0000',
    });
  });

  it.each([
    ['', 'the file is empty'],
    ['\n', 'the file is empty'],
    ['{"version"', 'the file is not JSON'],
    ['[]', 'the file holds no object'],
    ['null', 'the file holds no object'],
    ['{"values":{}}', 'the file names no version'],
    ['{"version":"7","values":{}}', 'the file names no version'],
    ['{"version":"20261121-151305042-ab12"}', '20261121-151305042-ab12: its values are no texts'],
    [
      '{"version":"20261121-151305042-ab12","values":{"MARGIN":0.2}}',
      '20261121-151305042-ab12: its values are no texts',
    ],
  ])('says why %s is none', (text, damage) => {
    expect(parseFlagFile(text)).toEqual({ damage });
  });

  it('never takes a torn file for a whole one', () => {
    const whole = renderFlagFile(file);
    fc.assert(
      fc.property(
        fc.nat(whole.length - 1),
        (length) => parseFlagFile(whole.slice(0, length)).file === undefined,
      ),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => parseFlagFile(text) !== undefined));
  });

  it('takes a file that a person wrote by hand, with the little that it says', () => {
    const { file: read } = parseFlagFile('{"version":"20261121-151305042-ab12","values":{"MARGIN":"0.2"}}');
    const nobody = { version: '20261121-151305042-ab12', changed_at: '', by: '', why: '' };
    expect(read).toEqual({ ...nobody, values: { MARGIN: '0.2' }, origins: { MARGIN: nobody } });
  });
});
