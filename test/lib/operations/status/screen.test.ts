import { describe, expect, it } from 'vitest';
import { Screen } from '../../../../src/lib/operations/status/screen.ts';

function recorded() {
  const written: string[] = [];
  const screen = new Screen({ write: (text) => written.push(text) });
  return { screen, taken: () => written.splice(0).join('') };
}

describe('Screen', () => {
  it('writes only the lines that changed, and clears those that are gone', () => {
    const { screen, taken } = recorded();
    screen.enter();
    taken();
    screen.paint(['a', 'b', 'c']);
    expect(taken()).toContain('\u001B[2;1Hb');
    screen.paint(['a', 'B']);
    const second = taken();
    expect(second).not.toContain('\u001B[1;1H');
    expect(second).toContain('\u001B[2;1HB\u001B[0m\u001B[K');
    expect(second).toContain('\u001B[3;1H\u001B[0m\u001B[K');
    screen.paint(['a', 'B']);
    expect(taken()).toBe('');
  });

  it('paints everything anew after a resize', () => {
    const { screen, taken } = recorded();
    screen.enter();
    screen.paint(['a']);
    screen.clear();
    taken();
    screen.paint(['a']);
    expect(taken()).toContain('\u001B[1;1Ha');
  });

  it('gives the terminal back once, and paints nothing afterwards', () => {
    const { screen, taken } = recorded();
    screen.enter();
    expect(taken()).toContain('\u001B[?1049h');
    screen.leave();
    const left = taken();
    expect(left).toContain('\u001B[?1049l');
    expect(left).toContain('\u001B[?25h');
    screen.leave();
    screen.paint(['late']);
    expect(taken()).toBe('');
  });
});
