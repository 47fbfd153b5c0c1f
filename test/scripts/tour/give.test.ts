import os from 'node:os';
import { describe, expect, it } from 'vitest';
import { give } from '../../../scripts/tour/give.ts';
import { lie } from '../../../scripts/tour/guide.ts';
import type { Step } from '../../../scripts/tour/tour.ts';

/** Gives a tour of these steps; answers what a visitor sees. */
async function seen(...steps: Step[]): Promise<string> {
  let text = '';
  const tour = {
    name: 't',
    title: 'A tour',
    environment: { TOUR_WORD: 'hello there' },
    prepare: async () => Promise.resolve(),
    steps,
    next: ['unde lab down'],
  };
  const stage = { root: os.tmpdir(), write: (more: string) => void (text += more), colours: false };
  await give(tour, stage).catch((error: unknown) => (text += String(error)));
  return text;
}

describe('give', () => {
  it('shows words, commands as they are typed, and what they say', async () => {
    const text = await seen({ says: 'It greets.', types: 'echo "$TOUR_WORD"', shows: [/^hello there$/m] });
    expect(text).toContain('1 of 1  It greets.\n\n$ echo "$TOUR_WORD"\nhello there\n');
    expect(text).toMatch(
      /the lab is still up[\s\S]*export TOUR_WORD='hello there' PATH=[\s\S]*unde lab down/,
    );
  });

  it('ends where a step does not do what it says, and says so', async () => {
    const says = 'It lies.';
    const next = { says: 'Never shown.', types: 'true' };
    expect(await seen({ says, types: 'echo a', shows: [/b/] }, next)).toMatch(
      /TourError: "echo a" did not show \/b\/$/,
    );
    expect(await seen({ says, types: 'exit 3' }, next)).toMatch(/ended with 3, not with 0$/);
    expect(await seen({ says, types: 'true', ends: 7 }, next)).not.toContain('Never shown');
  });

  it('edits before it types', async () => {
    let edited = false;
    await seen({ says: 'x', edit: async () => Promise.resolve(void (edited = true)), types: 'false' });
    expect(edited).toBe(true);
  });
});

it('finds a lie in the exit code first', () => {
  expect(lie('x', { code: 0, output: 'ok' }, { shows: [/ok/] })).toBeUndefined();
  expect(lie('x', { code: 1, output: 'ok' }, { shows: [/no/] })).toBe('"x" ended with 1, not with 0');
});
