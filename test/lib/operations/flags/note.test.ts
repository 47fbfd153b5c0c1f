import { describe, expect, it } from 'vitest';
import {
  noteName,
  parseNote,
  renderNote,
  type NewFlagNote,
} from '../../../../src/lib/operations/flags/note.ts';
import { change, v } from './fixture.ts';

const note: NewFlagNote = {
  ...change(3),
  host: 'push',
  service: 'lantern',
  values: { GLOW: 'dim', SHARE: null },
};

describe('parseNote', () => {
  it('reads what renderNote wrote', () => {
    const name = noteName(note);
    expect(name).toBe(`${v(3)}.push.lantern.json`);
    expect(parseNote(name, renderNote(note), 'scraper')).toEqual({ ...note, name, keeper: 'scraper' });
  });

  it.each([
    ['other.json', renderNote(note)],
    [`${v(3)}.push.signpost.json`, renderNote(note)],
    [`${v(3)}.push.lantern.json`, ''],
    [`${v(3)}.push.lantern.json`, 'null'],
    [`${v(3)}.push.lantern.json`, renderNote({ ...change(3), host: 'push', service: 'lantern' })],
    [`../../${v(3)}.push.lantern.json`, renderNote(note)],
  ])('passes over %s with %s', (name, text) => {
    expect(parseNote(name, text, 'scraper')).toBeUndefined();
  });
});
