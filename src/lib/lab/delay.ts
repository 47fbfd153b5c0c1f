import { parseDuration } from '../common/text/duration.ts';

/** The longest round trip that a lab imitates, in milliseconds. */
const LONGEST_MS = 10_000;

/**
 * Parses a round-trip time: `120ms`, `0.5s`, or `0`.
 *
 * @returns Milliseconds.
 * @throws UndeError BAD_DURATION
 */
export function parseDelay(text: string): number {
  return parseDuration(text, {
    what: `a round-trip time between 0 and ${LONGEST_MS / 1000} s`,
    hint: 'for example: --wan-delay 120ms',
    leastMs: 0,
    mostMs: LONGEST_MS,
  });
}
