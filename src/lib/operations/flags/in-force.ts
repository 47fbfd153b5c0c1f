import type { FlagFile, FlagOrigin } from '../../manifest/flags/file.ts';
import type { FlagCopy } from './host-flags.ts';
import type { FlagNote } from './note.ts';
import { NEVER_SET } from '../../manifest/flags/version.ts';

/** What the flags of one service should be on every host, as far as the hosts that were asked know. */
export interface SettledFlags {
  readonly service: string;
  /** `undefined`: nobody ever set one. */
  readonly file: FlagFile | undefined;
  /** The copies that are something else, and why. */
  readonly behind: readonly { readonly copy: FlagCopy; readonly why: string }[];
  /** Notes that are taken care of once the hosts have {@link file}. */
  readonly notes: readonly FlagNote[];
}

/**
 * Finds what is in force for a service: the newest of its hosts' files, and what some host has missed and another one
 * remembers. A pure function.
 *
 * @param copies The service's files, each of another host.
 * @param notes What the hosts remember, of any service.
 * @param mend Whose change it is where a missed one comes behind a later one, and so makes a third.
 */
export function awaitFlagsInForce(
  service: string,
  copies: readonly FlagCopy[],
  notes: readonly FlagNote[],
  mend: FlagOrigin,
): SettledFlags {
  const own = notes
    .filter((note) => note.service === service)
    .toSorted((a, b) => (a.version < b.version ? -1 : 1));
  let file = newest(copies.map(bestOf));
  for (const note of own) file = withNote(file, note, copies, mend);
  return { service, file, notes: own, behind: copies.flatMap((copy) => behindOf(copy, file)) };
}

/** Of a host whose file is of no use, the last that was. */
function bestOf({ file, kept, previous }: FlagCopy): FlagFile | undefined {
  return file ?? newest([kept, ...previous]);
}

/** The file of the latest change. */
export function newest(files: readonly (FlagFile | undefined)[]): FlagFile | undefined {
  return files.reduce(
    (best, file) => (file !== undefined && (best === undefined || file.version > best.version) ? file : best),
    undefined,
  );
}

function withNote(
  file: FlagFile | undefined,
  note: FlagNote,
  copies: readonly FlagCopy[],
  mend: FlagOrigin,
): FlagFile | undefined {
  const origin = originOf(note);
  if (note.restores !== undefined) {
    // What the host runs now must be what was taken back, and no change that the rollback did not know of.
    const known = file?.version ?? NEVER_SET;
    if (note.undoes?.includes(known) !== true) return file;
    return restored(file, copies, note.restores, origin);
  }
  // Of two changes of one flag the later one counts, whichever came first here.
  const values = Object.entries(note.values ?? {}).filter(
    ([name]) => (file?.origins[name]?.version ?? NEVER_SET) < note.version,
  );
  if (values.length === 0) return file;
  const later = file === undefined || note.version > file.version;
  const why = `mended: ${note.why}`;
  return withValues(file, Object.fromEntries(values), later ? origin : { ...mend, why }, origin);
}

/**
 * A file with other values.
 *
 * @param values Texts by flag; `null` takes one back to its default.
 * @param change The change that makes it this file.
 * @param origin Where the values come from.
 */
export function withValues(
  file: FlagFile | undefined,
  values: Readonly<Record<string, string | null>>,
  change: FlagOrigin,
  origin: FlagOrigin = change,
): FlagFile {
  const next = { ...file?.values };
  const origins = { ...file?.origins };
  for (const [name, text] of Object.entries(values)) {
    origins[name] = origin;
    if (text === null) delete next[name];
    else next[name] = text;
  }
  return { ...change, values: next, origins };
}

/** A file with the values that were in force after an earlier change; flags that differ come from `change`. */
export function restored(
  file: FlagFile | undefined,
  copies: readonly FlagCopy[],
  version: string,
  change: FlagOrigin,
): FlagFile {
  const then = stateAt(copies, version)?.values ?? {};
  const now = file?.values ?? {};
  const differing = [...new Set([...Object.keys(then), ...Object.keys(now)])].filter(
    (name) => then[name] !== now[name],
  );
  const values = Object.fromEntries(differing.map((name) => [name, then[name] ?? null]));
  return { ...withValues(file, values, change), restores: version };
}

/** What was in force after a change, as far as the hosts have kept it. */
function stateAt(copies: readonly FlagCopy[], version: string): FlagFile | undefined {
  return newest(
    copies
      .flatMap(({ file, kept, previous }) => [file, kept, ...previous])
      .filter((file) => file !== undefined && file.version <= version),
  );
}

function originOf({ version, changed_at, by, why }: FlagOrigin): FlagOrigin {
  return { version, changed_at, by, why };
}

function behindOf(copy: FlagCopy, file: FlagFile | undefined): { copy: FlagCopy; why: string }[] {
  if (copy.damage !== undefined) return [{ copy, why: `its file is damaged: ${copy.damage}` }];
  if (file === undefined) return [];
  if (copy.file === undefined) {
    return [{ copy, why: copy.kept === undefined ? 'it has no flags' : 'its file is gone' }];
  }
  if (copy.file.version !== file.version) return [{ copy, why: `it is at ${copy.file.version}` }];
  const same = JSON.stringify(sorted(copy.file.values)) === JSON.stringify(sorted(file.values));
  return same ? [] : [{ copy, why: 'its values are others' }];
}

function sorted(values: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
