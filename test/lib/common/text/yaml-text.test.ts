import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { yamlText, type YamlValue } from '../../../../src/lib/common/text/yaml-text.ts';

describe('yamlText', () => {
  it('writes what operators can read', () => {
    const text = yamlText({
      groups: [
        { name: 'x', rules: [{ alert: 'Up', expr: 'up{job!~"a|b"} == 0', for: '2m', labels: {} }] },
        { name: 'on', list: ['yes', 1, true], empty: [], gone: undefined },
      ],
    });
    expect(text).toMatchInlineSnapshot(`
      "groups:
        - name: x
          rules:
            - alert: Up
              expr: 'up{job!~"a|b"} == 0'
              for: '2m'
              labels: {}
        - name: 'on'
          list: ['yes', 1, true]
          empty: []
      "
    `);
  });

  it('says what it was given, in YAML of either version', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        'no',
        '~',
        '0x1',
        '1e3',
        '- a',
        '# a',
        'a: b',
        "it's",
        '\n',
        ' ',
        '',
        '2001-01-01',
        '1:20',
      ),
    );
    const { value } = fc.letrec<{ value: YamlValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.integer(),
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(text, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, (data) => {
        for (const version of ['1.1', '1.2'] as const) {
          expect(parse(yamlText(data), { version, uniqueKeys: false })).toEqual(data);
        }
      }),
      { numRuns: 500 },
    );
  });
});
