import { parseFlagFile, type FlagFile, type ReadFlagFile } from '../../manifest/flags/file.ts';
import { parseNote, type FlagNote } from './note.ts';

/** The flags of one service on one host, as they were read. */
export interface FlagCopy {
  readonly host: string;
  readonly service: string;
  /** The file's text; `undefined` where there is none. */
  readonly text: string | undefined;
  /** What is in force, where the file can be read. */
  readonly file: FlagFile | undefined;
  /** Why the file cannot be used. */
  readonly damage: string | undefined;
  /** What the process kept as the last that was good, where that is not what the file says. */
  readonly kept: FlagFile | undefined;
  /** What was in force before, as far as it was asked for, oldest first. */
  readonly previous: readonly FlagFile[];
  /** Whether a release of the service is on the host. */
  readonly deployed: boolean;
  /** What the process says that it runs, where it was asked. */
  readonly process: FlagProcess | undefined;
}

/** What a process says of its flags. */
export interface FlagProcess {
  /** HTTP status of its answer; 0: nothing answered. */
  readonly status: number;
  readonly version: string | undefined;
  readonly damaged: string | undefined;
  readonly pid: number | undefined;
  /** systemd's id of this start of the unit. */
  readonly invocation: string;
}

/** What a host knows of flags. */
export interface HostFlags {
  readonly host: string;
  readonly copies: readonly FlagCopy[];
  /** Changes that other hosts have missed. */
  readonly notes: readonly FlagNote[];
  /** Whether this session holds the lock of the host's flags. */
  readonly held: boolean;
}

/** A line of the host's script, in fields. */
export type FlagRecord = readonly string[];

/** Reads the records of one answer of {@link flagScript}. */
export function parseHostFlags(
  host: string,
  services: readonly string[],
  records: readonly FlagRecord[],
): HostFlags {
  const of = (kind: string, service: string) =>
    records.filter(([each, name]) => each === kind && name === service).map((fields) => fields.slice(2));
  return {
    host,
    copies: services.map((service) => {
      const health = of('health', service)[0];
      const kept = of('kept', service)[0];
      return flagCopy(host, service, of('file', service)[0]?.join('\t'), {
        kept: kept === undefined ? undefined : parseFlagFile(kept.join('\t')).file,
        previous: of('previous', service).flatMap((fields) => parseFlagFile(fields.join('\t')).file ?? []),
        deployed: of('deployed', service).length > 0,
        process: health === undefined ? undefined : parseProcess(health),
      });
    }),
    notes: records.flatMap(([kind, name = '', ...fields]) =>
      kind === 'note' ? (parseNote(name, fields.join('\t'), host) ?? []) : [],
    ),
    held: records.some(([kind]) => kind === 'held'),
  };
}

/** A service's flags on a host, by their file's text; `undefined` where there is none. */
export function flagCopy(
  host: string,
  service: string,
  text: string | undefined,
  rest: Partial<Pick<FlagCopy, 'kept' | 'previous' | 'deployed' | 'process'>>,
): FlagCopy {
  const read: Partial<ReadFlagFile> = text === undefined ? {} : parseFlagFile(text);
  return {
    host,
    service,
    text,
    file: read.file,
    damage: read.damage,
    kept: undefined,
    previous: [],
    deployed: false,
    process: undefined,
    ...rest,
  };
}

/** Reads an answer of `/health`: its HTTP status, and its body. */
export function parseProcess([status = '0', ...body]: readonly string[]): FlagProcess {
  const health = jsonOf(body.join('\t'));
  const flags = (health['flags'] ?? {}) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  return {
    status: Number(status.replace(/\D/g, '') || 0),
    version: text(flags['version']),
    damaged: text(flags['damaged']),
    pid: typeof health['pid'] === 'number' ? health['pid'] : undefined,
    invocation: text(health['invocation']) ?? '',
  };
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
