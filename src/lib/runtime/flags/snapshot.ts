import { messageOf } from '../../common/error/unde-error.ts';
import type { FlagSpec } from '../../manifest/flag.ts';
import { parseFlagFile } from '../../manifest/flags/file.ts';
import { parseFlag, type FlagValue, type FlagValues } from '../../manifest/flags/value.ts';
import { NEVER_SET } from '../../manifest/flags/version.ts';

/** The values of a service's flags at one moment, all of one version; frozen. */
export interface FlagSnapshot<Specs extends readonly FlagSpec[] = readonly FlagSpec[]> {
  /** The change that they come from; `0` where nobody ever set a flag. */
  readonly version: string;
  readonly values: FlagValues<Specs>;
}

/** A snapshot, or what can be used of a file that is not wholly good. */
export type ReadSnapshot =
  | { readonly snapshot: FlagSnapshot; readonly damage?: undefined }
  | { readonly snapshot?: FlagSnapshot; readonly damage: string };

/** The defaults, which are in force until somebody sets a flag. */
export function defaultSnapshot(specs: readonly FlagSpec[]): FlagSnapshot {
  return snapshotOf(NEVER_SET, specs, {});
}

/**
 * Reads a file of flags and checks every value. One that does not fit damages the whole change, since half of a change
 * is a change that nobody asked for; flags that the specs do not name are another release's, and are passed over.
 */
export function readSnapshot(specs: readonly FlagSpec[], text: string): ReadSnapshot {
  const { file, damage } = parseFlagFile(text);
  if (file === undefined) return { damage };
  const faults: string[] = [];
  const values: Record<string, FlagValue> = {};
  for (const spec of specs) {
    const given = Object.hasOwn(file.values, spec.name) ? file.values[spec.name] : undefined;
    try {
      if (given !== undefined) values[spec.name] = parseFlag(spec, given);
    } catch (error) {
      faults.push(messageOf(error));
    }
  }
  const snapshot = snapshotOf(file.version, specs, values);
  if (faults.length === 0) return { snapshot };
  return { snapshot, damage: `${file.version}: ${faults.join('; ').slice(0, 300)}` };
}

function snapshotOf(
  version: string,
  specs: readonly FlagSpec[],
  values: Readonly<Record<string, FlagValue>>,
): FlagSnapshot {
  const all = specs.map((spec) => [spec.name, values[spec.name] ?? parseFlag(spec, spec.default)] as const);
  return Object.freeze({ version, values: Object.freeze(Object.fromEntries(all)) });
}
