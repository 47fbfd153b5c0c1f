import { UndeError } from '../../common/error/unde-error.ts';

const UNITS: Readonly<Record<string, number>> = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 };

/** What brings a host back to the clock of this machine. */
export const RESET = 'reset';

/** The farthest that a clock is moved, in seconds: about a hundred years. */
const FARTHEST = 100 * 366 * 86_400;

/**
 * Reads how far a clock is to be from this machine's: `+30d`, `-2h30m`, or `reset` for not at all.
 *
 * @returns Seconds; 0 for `reset`.
 * @throws UndeError BAD_OFFSET
 */
export function parseOffset(text: string): number {
  if (text === RESET) return 0;
  const [, sign, length = ''] = /^([+-])((?:\d+[wdhms])+)$/.exec(text) ?? [];
  const seconds = [...length.matchAll(/(\d+)([wdhms])/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNITS[unit] ?? 0),
    0,
  );
  if (sign !== undefined && seconds > 0 && seconds <= FARTHEST) return sign === '-' ? -seconds : seconds;
  throw new UndeError({
    code: 'BAD_OFFSET',
    message: `"${text}" does not say how far the clock is to be moved`,
    exit: 'usage',
    hint: 'for example +30d, -2h30m or +90s, at most a hundred years; or reset',
  });
}

/** An offset in the form that {@link parseOffset} reads: `+32d4h`; seconds in, text out. */
export function formatOffset(seconds: number): string {
  if (seconds === 0) return RESET;
  let rest = Math.abs(seconds);
  // Weeks are read, but days are what one reckons with.
  const parts = ['d', 'h', 'm', 's'].map((unit) => {
    const size = UNITS[unit] ?? 1;
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? '' : `${count}${unit}`;
  });
  return `${seconds < 0 ? '-' : '+'}${parts.join('')}`;
}
