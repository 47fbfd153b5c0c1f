import { UndeError } from '../../common/error/unde-error.ts';
import { didYouMean } from '../../common/text/did-you-mean.ts';
import type { FlagSpec } from '../flag.ts';
import { durationMs, formatDuration } from '../../common/text/duration.ts';

/** A flag's value as a process uses it: an enum's word, a number, or an interval in milliseconds. */
export type FlagValue = string | number;

type ValueOf<Type extends FlagSpec['type'], Word> = Type extends 'enum' ? Word : number;

/** The values of some flags, typed by their specs. */
export type FlagValues<Specs extends readonly FlagSpec[]> = {
  readonly [Spec in Specs[number] as Spec['name']]: ValueOf<
    Spec['type'],
    Spec extends { readonly values: readonly (infer Word)[] } ? Word : string
  >;
};

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads a flag's value from the text that an operator types and that a host's file holds.
 *
 * @throws UndeError BAD_FLAG_VALUE, saying what the flag takes
 */
export function parseFlag(spec: FlagSpec, text: string): FlagValue {
  const plain = text.trim();
  if (spec.type === 'enum') {
    if (spec.values?.includes(plain) === true) return plain;
    throw badValue(spec, text, didYouMean(plain.toLowerCase(), spec.values ?? []));
  }
  const value = spec.type === 'interval' ? durationMs(plain) : numberOf(spec, plain);
  const [least, greatest] = spec.range ?? [-Infinity, Infinity];
  if (value !== undefined && value >= least && value <= greatest) return value;
  throw badValue(spec, text);
}

function numberOf({ type }: FlagSpec, text: string): number | undefined {
  const value = NUMBER.test(text) ? Number(text) : NaN;
  const fits = type === 'int' ? Number.isSafeInteger(value) : Number.isFinite(value);
  // A minus before nothing is a typing error, not another zero.
  return fits ? value + 0 : undefined;
}

/** Writes a value so that {@link parseFlag} reads the same one: `0.8`, `24 hours`. */
export function formatFlag(spec: FlagSpec, value: FlagValue): string {
  return spec.type === 'interval' ? formatDuration(Number(value)) : String(value);
}

/** One text for each value, however it was typed: `1 day` and `24h` are both `24 hours`. */
export function canonicalText(spec: FlagSpec, text: string): string {
  return formatFlag(spec, parseFlag(spec, text));
}

/** What a flag takes, in words: `one of always, on_demand, off`, `a number from 0 to 1`. */
export function takes(spec: FlagSpec): string {
  if (spec.type === 'enum') return `one of ${(spec.values ?? []).join(', ')}`;
  const kind = {
    float: 'a number',
    int: 'a whole number',
    interval: 'a length of time such as 90 minutes or 24 hours',
  }[spec.type];
  if (spec.range === undefined) return kind;
  const [least, greatest] = spec.range.map((edge) => formatFlag(spec, edge));
  return spec.type === 'interval'
    ? `${kind}, ${least} to ${greatest}`
    : `${kind} from ${least} to ${greatest}`;
}

function badValue(spec: FlagSpec, text: string, nearby?: string): UndeError {
  return new UndeError({
    code: 'BAD_FLAG_VALUE',
    message: `${spec.name} takes ${takes(spec)}, not "${text}"`,
    exit: 'usage',
    hint: nearby ?? `${spec.name} is ${spec.purpose}`,
  });
}
