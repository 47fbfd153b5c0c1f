import { STATE } from '../../common/layout/layout.ts';
import { isFlagVersion } from './version.ts';

/**
 * Where a host keeps its flags. The folder and its files are root's and may be read by everybody: each service runs as
 * a user of its own, and no flag is a secret.
 *
 *     <service>.json       what is in force, one line
 *     <service>.previous   what was in force before, one line a version, oldest first
 *     owed/<note>          a change that some host has missed, until it is mended there
 */
export const FLAGS = `${STATE}/flags`;

/** Who set a value, and with which change. */
export interface FlagOrigin {
  readonly version: string;
  readonly changed_at: string;
  readonly by: string;
  readonly why: string;
}

/** The flags of one service as they stand on a host. */
export interface FlagFile extends FlagOrigin {
  /** Text by flag; one that nobody ever set is absent, and has its default. */
  readonly values: Readonly<Record<string, string>>;
  /** Where each value comes from, and each default that a value was taken back to. */
  readonly origins: Readonly<Record<string, FlagOrigin>>;
  /** For a rollback: the version whose values these are. */
  readonly restores?: string;
}

/** A file's text; one line, so that previous versions can stand under each other. */
export function renderFlagFile(file: FlagFile): string {
  return JSON.stringify(file);
}

/** What a text is: a file of flags, or why it is none. */
export type ReadFlagFile =
  | { readonly file: FlagFile; readonly damage?: undefined }
  | { readonly file?: undefined; readonly damage: string };

/** Reads what {@link renderFlagFile} wrote, trusting nothing. */
export function parseFlagFile(text: string): ReadFlagFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { damage: text.trim() === '' ? 'the file is empty' : 'the file is not JSON' };
  }
  if (!isRecord(value)) return { damage: 'the file holds no object' };
  const { version, values, origins, restores } = value;
  if (typeof version !== 'string' || !isFlagVersion(version)) return { damage: 'the file names no version' };
  if (!isRecord(values) || !Object.values(values).every((each) => typeof each === 'string')) {
    return { damage: `${version}: its values are no texts` };
  }
  const origin = originOf(value, version);
  const known = isRecord(origins) ? origins : {};
  const names = [...new Set([...Object.keys(values), ...Object.keys(known)])];
  return {
    file: {
      ...origin,
      values: values as Record<string, string>,
      origins: Object.fromEntries(
        names.map((name) => [name, isRecord(known[name]) ? originOf(known[name], '') : origin]),
      ),
      ...(typeof restores === 'string' ? { restores } : {}),
    },
  };
}

function originOf(value: Readonly<Record<string, unknown>>, version: string): FlagOrigin {
  const text = (key: string) => (typeof value[key] === 'string' ? value[key] : '');
  return {
    version: version || text('version'),
    changed_at: text('changed_at'),
    by: text('by'),
    why: text('why'),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
