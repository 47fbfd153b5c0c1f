import { describe, expect, it } from 'vitest';
import { renderFlagFile } from '../../../../src/lib/manifest/flags/file.ts';
import { parseHostFlags } from '../../../../src/lib/operations/flags/host-flags.ts';
import { renderNote } from '../../../../src/lib/operations/flags/note.ts';
import { change, fileOf, v } from './fixture.ts';

const one = fileOf([1, { GLOW: 'dim' }]);
const two = fileOf([2, { GLOW: 'bright' }]);

describe('parseHostFlags', () => {
  it('reads what a host tells', () => {
    const health = JSON.stringify({ pid: 7, invocation: 'feed', flags: { version: v(1), damaged: 'torn' } });
    const note = { ...change(3), host: 'push', service: 'lantern', values: { GLOW: 'dim' } };
    const state = parseHostFlags(
      'scraper',
      ['lantern', 'signpost'],
      [
        ['file', 'lantern', renderFlagFile(two)],
        ['deployed', 'lantern'],
        ['previous', 'lantern', renderFlagFile(one)],
        ['previous', 'lantern', '{"torn'],
        ['health', 'lantern', '200', health],
        ['kept', 'signpost', renderFlagFile(one)],
        ['note', `${v(3)}.push.lantern.json`, renderNote(note)],
        ['note', 'scribble', '{}'],
        ['held'],
      ],
    );
    expect(state).toMatchObject({
      host: 'scraper',
      held: true,
      notes: [{ host: 'push', keeper: 'scraper' }],
      copies: [
        {
          service: 'lantern',
          file: two,
          damage: undefined,
          previous: [one],
          deployed: true,
          process: { status: 200, version: v(1), damaged: 'torn', pid: 7, invocation: 'feed' },
        },
        {
          service: 'signpost',
          text: undefined,
          file: undefined,
          damage: undefined,
          kept: one,
          deployed: false,
        },
      ],
    });
  });

  it('knows a damaged file, and a process that answers anything', () => {
    const [copy] = parseHostFlags(
      'a',
      ['lantern'],
      [
        ['file', 'lantern', ''],
        ['health', 'lantern', '', '<html>'],
      ],
    ).copies;
    expect(copy).toMatchObject({
      damage: 'the file is empty',
      process: { status: 0, version: undefined, pid: undefined },
    });
  });
});
