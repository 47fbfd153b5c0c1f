import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../src/lib/inventory/document.ts';

const TEXT = `# a comment
fleet:
  hosts:
    one: { address: 10.0.0.1, services: [a, b] }
    two:
      address: 10.0.0.2
`;

describe('parseYaml', () => {
  const document = parseYaml(TEXT);

  it('knows where values and keys stand', () => {
    expect(document.positionOf(['fleet', 'hosts', 'one', 'address'])).toEqual({ line: 4, column: 21 });
    expect(document.positionOfKey(['fleet', 'hosts', 'one', 'address'])).toEqual({ line: 4, column: 12 });
    expect(document.positionOf(['fleet', 'hosts', 'one', 'services', 1])).toEqual({ line: 4, column: 45 });
  });

  it('points at the key of a map, which says more than its first line', () => {
    expect(document.positionOf(['fleet', 'hosts', 'two'])).toEqual({ line: 5, column: 5 });
  });

  it('falls back to the nearest thing around what is missing', () => {
    expect(document.positionOf(['fleet', 'hosts', 'two', 'services', 0])).toEqual({ line: 5, column: 5 });
    expect(document.positionOf(['nothing', 'here'])).toMatchObject({ column: 1 });
  });

  it('gives the line of every key and item by its path', () => {
    expect(document.lines()).toMatchObject({
      fleet: 2,
      'fleet/hosts/one/services/1': 4,
      'fleet/hosts/two/address': 6,
    });
  });

  it('finds all errors of syntax', () => {
    const { problems, value } = parseYaml('a: 1\na: 2\nb: [1\nc: 3\n');
    expect(value).toBeUndefined();
    expect(problems.length).toBeGreaterThan(1);
    expect(problems[0]).toEqual({ line: 2, column: 1, message: 'this key stands here a second time' });
  });
});
