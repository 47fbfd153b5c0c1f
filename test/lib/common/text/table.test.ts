import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import { renderTable, terminalWidth } from '../../../../src/lib/common/text/table.ts';
import { displayWidth } from '../../../../src/lib/common/text/width.ts';

const colour = new Chalk({ level: 1 });

describe('renderTable', () => {
  it('aligns columns and leaves no trailing blanks', () => {
    const text = renderTable(
      [{ header: 'host' }, { header: 'ram', align: 'right' }, { header: 'note' }],
      [
        ['local-app', '8', 'entry'],
        ['push', '128', undefined],
      ],
    );
    expect(text.split('\n')).toEqual(['HOST       RAM  NOTE', 'local-app    8  entry', 'push       128']);
  });

  it('does not count colours for the width', () => {
    const [, first, second] = renderTable(
      [{ header: 'a' }, { header: 'b' }],
      [
        [colour.red('no'), 'x'],
        ['yes', 'x'],
      ],
    ).split('\n');
    expect(first).toBe(`${colour.red('no')}   x`);
    expect(second).toBe('yes  x');
  });

  it('cuts a shrinking column to the width of the terminal, and only that one', () => {
    const lines = renderTable(
      [{ header: 'host' }, { header: 'task', shrink: true }],
      [['local-orchestrator', 'everything that the dialogue needs to answer']],
      { width: 40 },
    ).split('\n');
    expect(lines[1]).toBe('local-orchestrator  everything that the…');
    expect(lines.map(displayWidth).every((width) => width <= 40)).toBe(true);
  });

  it('cuts nothing without a width', () => {
    expect(renderTable([{ header: 'x', shrink: true }], [['y'.repeat(500)]])).toContain('y'.repeat(500));
  });

  it('aligns columns behind characters of two columns', () => {
    const lines = renderTable(
      [{ header: 'brand' }, { header: 'n' }],
      [
        ['無印良品', '1'],
        ['zara', '2'],
      ],
    ).split('\n');
    expect(lines).toEqual(['BRAND     N', '無印良品  1', 'zara      2']);
  });

  it('keeps the colour of a cell that is cut', () => {
    const [, row] = renderTable(
      [{ header: 'a', shrink: true }, { header: 'b' }],
      [[colour.red('x'.repeat(20)), 'y']],
      {
        width: 11,
      },
    ).split('\n');
    expect(row).toBe('\u001B[31mxxxxxxx…\u001B[0m  y');
  });
});

describe('terminalWidth', () => {
  it('is unknown where the output is no terminal', () => {
    expect(terminalWidth({ isTTY: false, columns: 80 })).toBeUndefined();
    expect(terminalWidth({ isTTY: true, columns: 80 })).toBe(80);
  });
});
