import type { FlagSpec } from '../../manifest/flag.ts';
import type { FlagFile, FlagOrigin } from '../../manifest/flags/file.ts';
import type { FlagCopy, FlagProcess, HostFlags } from './host-flags.ts';
import type { FlagHost, FlagService } from './readers.ts';
import { awaitFlagsInForce } from './in-force.ts';
import { canonicalText } from '../../manifest/flags/value.ts';
import { NEVER_SET } from '../../manifest/flags/version.ts';

/** From this age on a value that somebody set is worth a question, in seconds. */
const LONG_SECONDS = 30 * 86_400;

/** One flag of one service, over all hosts. */
export interface FlagView {
  readonly flag: string;
  readonly service: string;
  readonly purpose: string;
  /** What is in force: the value of the latest change. */
  readonly value: string;
  readonly default: string;
  readonly isDefault: boolean;
  /** What each host has; `null` where its file is of no use. */
  readonly hosts: readonly { readonly host: string; readonly value: string | null }[];
  /** Whether hosts have different values. */
  readonly differs: boolean;
  /** The change that it comes from; `null` where nobody ever touched it. */
  readonly changed: FlagOrigin | null;
  /** Somebody set it, and nobody has touched it for a month. */
  readonly untouchedForLong: boolean;
}

/** The flags of one service on one host: what the file says, and what the process runs. */
export interface FlagPlaceView {
  readonly host: string;
  readonly service: string;
  /** The version of the host's file; `0` where there is none, `null` where it is damaged. */
  readonly version: string | null;
  /** Why the host must be mended; `null` where it has what is in force. */
  readonly behind: string | null;
  readonly deployed: boolean;
  /** What the process says; `null` where it was not asked. */
  readonly process: FlagProcess | null;
}

/** A change that waits for a host to be mended. */
export interface OwedView {
  readonly host: string;
  readonly service: string;
  readonly version: string;
  readonly why: string;
}

/** All flags, as far as the hosts that were reached know. */
export interface FlagsView {
  readonly flags: readonly FlagView[];
  readonly places: readonly FlagPlaceView[];
  /** What hosts have missed that were not reached this time either. */
  readonly owed: readonly OwedView[];
}

const NOBODY: FlagOrigin = { version: NEVER_SET, changed_at: '', by: '', why: '' };

/**
 * Puts together what the hosts said; a pure function.
 *
 * @param missed Hosts that were not reached.
 * @param now Seconds since the epoch.
 */
export function flagsView(
  services: readonly FlagService[],
  states: readonly HostFlags[],
  missed: readonly FlagHost[],
  now: number,
): FlagsView {
  const notes = states.flatMap((state) => state.notes);
  const flags: FlagView[] = [];
  const places: FlagPlaceView[] = [];
  for (const service of services) {
    const copies = states.flatMap((state) => state.copies.filter((copy) => copy.service === service.name));
    if (copies.length === 0) continue;
    const { file, behind } = awaitFlagsInForce(service.name, copies, notes, NOBODY);
    flags.push(...service.specs.map((spec) => flagView(service.name, spec, file, copies, now)));
    for (const copy of copies) {
      places.push({
        host: copy.host,
        service: service.name,
        version: copy.damage === undefined ? (copy.file?.version ?? NEVER_SET) : null,
        behind: behind.find((each) => each.copy === copy)?.why ?? null,
        deployed: copy.deployed,
        process: copy.process ?? null,
      });
    }
  }
  const owed = new Map(
    notes
      .filter((note) => missed.some(({ host }) => host.name === note.host))
      .map(({ name, host, service, version, why }) => [name, { host, service, version, why }]),
  );
  return { flags, places, owed: [...owed.values()] };
}

function flagView(
  service: string,
  spec: FlagSpec,
  file: FlagFile | undefined,
  copies: readonly FlagCopy[],
  now: number,
): FlagView {
  const standard = canonicalText(spec, spec.default);
  const textOf = (each: FlagFile | undefined) => each?.values[spec.name] ?? standard;
  const hosts = copies.map(({ host, file: own, kept, damage }) => ({
    host,
    // A process whose file is damaged runs what it kept.
    value: damage === undefined ? textOf(own) : kept === undefined ? null : textOf(kept),
  }));
  const origin = file?.origins[spec.name];
  const age = origin === undefined ? 0 : now - Date.parse(origin.changed_at) / 1000;
  const value = textOf(file);
  return {
    flag: spec.name,
    service,
    purpose: spec.purpose,
    value,
    default: standard,
    isDefault: value === standard,
    hosts,
    differs: hosts.some((each) => each.value !== hosts[0]?.value),
    changed: origin ?? null,
    untouchedForLong: value !== standard && age > LONG_SECONDS,
  };
}

/** Why a process is not what its host's file says; `undefined` where it is, or where nobody asked. */
export function processFault({ version, behind, deployed, process }: FlagPlaceView): string | undefined {
  if (process === null || !deployed) return undefined;
  if (process.status === 0) return 'nothing answers';
  if (process.version === undefined) return `answers ${process.status} and names no flags`;
  if (process.damaged !== undefined) return `stays at ${process.version}: ${process.damaged}`;
  if (version !== null && behind === null && process.version !== version) return `runs ${process.version}`;
  return undefined;
}
