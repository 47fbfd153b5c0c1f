/** What one benchmark found, beside what it is held against. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The peer's or the ceiling's value, measured in the same run; undefined where the aim is absolute. */
  readonly reference: number | undefined;
  /** `value / reference`. */
  readonly ratio: number | undefined;
  /** What is aimed at, in words, e.g. `ratio >= 0.95`. */
  readonly aim: string;
  /** Whether the aim was reached. */
  readonly holds: boolean;
  readonly note?: string;
}

/** How much a benchmark is to do. */
export interface Extent {
  /** All its code with the least work: its figures mean nothing, and nobody judges them. */
  readonly smoke: boolean;
  /** The lab that the benchmarks of a smoke run share; each boots one of its own where it is undefined. */
  readonly lab: string | undefined;
}

/** A benchmark; each file in bench/ that exports one as `bench` is found by its name. */
export interface Bench {
  readonly name: string;
  /** One line for `npm run bench -- list`. */
  readonly what: string;
  /** It hardly does anything but wait, so a smoke run lets it run beside the others; it uses a lab of its own. */
  readonly waits?: boolean;
  /** Why it cannot run on this machine, with what to type; undefined where it can. */
  missing?(): string | undefined;
  /** @param extent A smoke run is as small as the benchmark's own file says. */
  run(extent: Extent): Promise<Measurement[]>;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value below which so many percent lie. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
}
