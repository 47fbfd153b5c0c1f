/** Milliseconds by unit; the first name is the one that is written, in the singular. */
const UNITS: readonly { readonly ms: number; readonly names: readonly string[] }[] = [
  { ms: 86_400_000, names: ['day', 'd'] },
  { ms: 3_600_000, names: ['hour', 'h', 'hr'] },
  { ms: 60_000, names: ['minute', 'min', 'm'] },
  { ms: 1000, names: ['second', 'sec', 's'] },
  { ms: 1, names: ['millisecond', 'msec', 'ms'] },
];

const PART = /(\d+(?:\.\d+)?)\s*([a-z]+)\s*/gy;

/**
 * Reads a length of time as people write it: `24 hours`, `1h30m`, `2 days 12 hours`, `1.5 hours`.
 *
 * @returns Milliseconds, or `undefined` where it is none; a bare number has no unit and is none.
 */
export function parseInterval(text: string): number | undefined {
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

function unitMs(name: string): number | undefined {
  // Only words have a plural: `ms` is no minutes.
  const singular = name.length > 2 ? name.replace(/s$/, '') : name;
  return UNITS.find(({ names }) => names.includes(singular))?.ms;
}

/** Writes milliseconds in the largest unit that they are a whole number of: `24 hours`, `3 days`, `90 minutes`. */
export function formatInterval(ms: number): string {
  // One day is rather said in hours: windows are.
  const unit = UNITS.find((each) => ms % each.ms === 0 && (each.ms < 86_400_000 || ms >= 2 * each.ms));
  const [name = '', count] = [unit?.names[0], ms / (unit?.ms ?? 1)];
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
