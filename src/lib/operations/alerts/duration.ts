import { UndeError } from '../../common/error/unde-error.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/**
 * Reads a length of time such as `90m`, `2h` or `1d12h`, in seconds.
 *
 * @throws UndeError BAD_DURATION
 */
export function parseDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smhdw])/g)];
  const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0);
  if (parts.map(([part]) => part).join('') === text && seconds > 0) return seconds;
  throw new UndeError({
    code: 'BAD_DURATION',
    message: `"${text}" is no length of time`,
    exit: 'usage',
    hint: 'for example 90m, 2h or 1d; units are s, m, h, d and w',
  });
}
