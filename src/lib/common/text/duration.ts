import { UndeError } from '../error/unde-error.ts';

/** Milliseconds by unit; the first name is the one that is written, in the singular. */
const UNITS: readonly { readonly ms: number; readonly names: readonly string[] }[] = [
  { ms: 604_800_000, names: ['week', 'w'] },
  { ms: 86_400_000, names: ['day', 'd'] },
  { ms: 3_600_000, names: ['hour', 'h', 'hr'] },
  { ms: 60_000, names: ['minute', 'min', 'm'] },
  { ms: 1000, names: ['second', 'sec', 's'] },
  { ms: 1, names: ['millisecond', 'msec', 'ms'] },
];
const DAY_MS = 86_400_000;

const PART = /(\d+(?:\.\d+)?)\s*([a-z]+)\s*/gy;

/**
 * Reads a length of time as people write it: `90m`, `120ms`, `1d12h`, `24 hours`, `2 days 12 hours`, `1.5 hours`.
 *
 * @returns Milliseconds, or `undefined` where it is none; a bare number has no unit and is none.
 */
export function durationMs(text: string): number | undefined {
  const plain = text.trim().toLowerCase();
  let total = 0;
  let read = 0;
  for (const [whole, count = '', unit = ''] of plain.matchAll(PART)) {
    const ms = unitMs(unit);
    if (ms === undefined) return undefined;
    total += Number(count) * ms;
    read += whole.length;
  }
  if (plain === '' || read !== plain.length) return undefined;
  const rounded = Math.round(total);
  return Number.isSafeInteger(rounded) ? rounded : undefined;
}

/** What a length of time on the command line may be. */
export interface DurationRule {
  /** What is asked for, e.g. `a round-trip time between 0 and 10 s`. */
  readonly what: string;
  /** An example of how it is written; what to type next. */
  readonly hint: string;
  readonly leastMs: number;
  readonly mostMs?: number;
  /** What a number without a unit counts, in milliseconds; zero needs no unit where it is allowed. */
  readonly bareMs?: number;
}

/**
 * Reads a length of time from the command line.
 *
 * @returns Milliseconds.
 * @throws UndeError BAD_DURATION
 */
export function parseDuration(text: string, rule: DurationRule): number {
  const bare = /^\s*\d+\s*$/.test(text) ? Number(text) : undefined;
  const ms = bare === undefined ? durationMs(text) : bare === 0 ? 0 : bare * (rule.bareMs ?? Number.NaN);
  if (ms !== undefined && ms >= rule.leastMs && ms <= (rule.mostMs ?? Number.MAX_SAFE_INTEGER)) return ms;
  throw new UndeError({
    code: 'BAD_DURATION',
    message: `"${text}" is not ${rule.what}`,
    exit: 'usage',
    hint: rule.hint,
  });
}

/** Writes milliseconds in the largest unit that they are a whole number of: `24 hours`, `3 days`, `90 minutes`. */
export function formatDuration(ms: number): string {
  // One day is rather said in hours: windows are. Weeks are read only, since processes of older releases do not know them.
  const unit = UNITS.find(
    (each) => each.ms <= DAY_MS && ms % each.ms === 0 && (each.ms < DAY_MS || ms >= 2 * each.ms),
  );
  const [name = '', count] = [unit?.names[0], ms / (unit?.ms ?? 1)];
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

function unitMs(name: string): number | undefined {
  // Only words have a plural: `ms` is no minutes.
  const singular = name.length > 2 ? name.replace(/s$/, '') : name;
  return UNITS.find(({ names }) => names.includes(singular))?.ms;
}
