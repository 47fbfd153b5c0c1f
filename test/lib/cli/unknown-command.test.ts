import { describe, expect, it } from 'vitest';
import { unknownCommand } from '../../../src/lib/cli/unknown-command.ts';

const ids = ['deploy', 'inventory:list', 'inventory:check', 'lab:up', 'lab:cut', 'status'];

describe('unknownCommand', () => {
  it.each([
    ['deplyo embedder', 'deplyo', 'did you mean: unde deploy?'],
    ['invenory list', 'invenory list', 'did you mean: unde inventory list?'],
    ['inventory lst x', 'inventory lst', 'did you mean: unde inventory list?'],
    ['lab frobnicate', 'lab frobnicate', 'there are: unde lab up, unde lab cut'],
    ['xyzzyq', 'xyzzyq', 'see what there is: unde --help'],
  ])('%s', (line, typed, hint) => {
    const error = unknownCommand(line.split(' '), ids);
    expect(error.message).toBe(`there is no command "${typed}"`);
    expect(error.hint).toBe(hint);
    expect(error.exitCode).toBe(2);
  });
});
