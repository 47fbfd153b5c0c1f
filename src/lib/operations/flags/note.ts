import type { FlagOrigin } from '../../manifest/flags/file.ts';
import { isFlagVersion } from '../../manifest/flags/version.ts';

/**
 * A change that a host has missed, since it could not be reached. It is kept on the hosts that were reached, so that
 * the next command knows of it, and mends it.
 */
export interface FlagNote extends FlagOrigin {
  /** The file's name under `owed/`. */
  readonly name: string;
  /** The host that missed the change. */
  readonly host: string;
  readonly service: string;
  /** The texts that it set; `null`: back to the default. */
  readonly values?: Readonly<Record<string, string | null>>;
  /** For a rollback: the version whose values come back. */
  readonly restores?: string;
  /** For a rollback: the versions that it takes back. */
  readonly undoes?: readonly string[];
  /** The host that keeps this note. */
  readonly keeper: string;
}

/** A note as it travels; its name follows from what it is about. */
export type NewFlagNote = Omit<FlagNote, 'name' | 'keeper'>;

const NAME = /^[A-Za-z0-9-]+\.[a-z0-9-]+\.[a-z0-9-]+\.json$/;

/** A note's file name: one for each change, host and service. */
export function noteName({ version, host, service }: NewFlagNote): string {
  return `${version}.${host}.${service}.json`;
}

/** A note's text, in one line. */
export function renderNote(note: NewFlagNote): string {
  return JSON.stringify(note);
}

/** Reads what {@link renderNote} wrote; `undefined` for what is no note. */
export function parseNote(name: string, text: string, keeper: string): FlagNote | undefined {
  if (!NAME.test(name)) return undefined;
  try {
    const note = JSON.parse(text) as NewFlagNote;
    const sound =
      isFlagVersion(note.version) &&
      noteName(note) === name &&
      (typeof note.restores === 'string' || (typeof note.values === 'object' && note.values !== null));
    return sound ? { ...note, name, keeper } : undefined;
  } catch {
    return undefined;
  }
}
