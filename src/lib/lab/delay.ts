import { UndeError } from '../common/error/unde-error.ts';

/** The longest round trip that a lab imitates, in milliseconds. */
const LONGEST_MS = 10_000;

/**
 * Parses a round-trip time: `120ms`, `0.5s`, or `0`.
 *
 * @returns Milliseconds.
 * @throws UndeError BAD_DELAY
 */
export function parseDelay(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(text.trim());
  const value = Number(match?.[1]) * (match?.[2] === 's' ? 1000 : 1);
  // A bare number could mean either unit, except for zero.
  if (match === null || (match[2] === undefined && value !== 0) || value > LONGEST_MS) {
    throw new UndeError({
      code: 'BAD_DELAY',
      message: `"${text}" is not a round-trip time between 0 and ${LONGEST_MS / 1000} s`,
      exit: 'usage',
      hint: 'for example: --wan-delay 120ms',
    });
  }
  return value;
}
