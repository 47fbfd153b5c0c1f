import { UndeError } from '../../common/error/unde-error.ts';
import type { FlagFile, FlagOrigin } from '../../manifest/flags/file.ts';
import type { FlagCopy } from './host-flags.ts';
import { KEPT_VERSIONS } from './host-script.ts';
import { NEVER_SET } from '../../manifest/flags/version.ts';

/** One flag that became something else; `null` stands for its default. */
export interface FlagDelta {
  readonly service: string;
  readonly flag: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** One change, as the hosts remember it. */
export interface FlagChange extends FlagOrigin {
  readonly deltas: readonly FlagDelta[];
  /** The hosts that took it. */
  readonly hosts: readonly string[];
  /** For a rollback: the version whose values it brought back. */
  readonly restores?: string;
}

/** All changes that the hosts remember. */
export interface Timeline {
  /** Oldest first. */
  readonly changes: readonly FlagChange[];
  /** Whether older ones are no longer kept. */
  readonly cut: boolean;
}

/** Puts together what each host remembers of each service; a pure function. */
export function timelineOf(copies: readonly FlagCopy[]): Timeline {
  const changes = new Map<string, FlagChange>();
  let cut = false;
  for (const service of new Set(copies.map((copy) => copy.service))) {
    const own = copies.filter((copy) => copy.service === service);
    const files = versionsOf(own);
    const shortened = own.some(({ previous }) => previous.length >= KEPT_VERSIONS);
    cut ||= shortened;
    for (const [index, file] of files.entries()) {
      const before = files[index - 1];
      // Of the oldest one that is kept nobody knows what was before it.
      if (before === undefined && shortened) continue;
      const known = changes.get(file.version);
      const hosts = own.filter((copy) => filesOf(copy).some(({ version }) => version === file.version));
      const { version, changed_at, by, why, restores } = file;
      changes.set(file.version, {
        ...(known ?? { version, changed_at, by, why, restores }),
        deltas: [...(known?.deltas ?? []), ...deltasOf(service, before, file)],
        hosts: [...new Set([...(known?.hosts ?? []), ...hosts.map(({ host }) => host)])],
      });
    }
  }
  return { changes: [...changes.values()].sort((a, b) => (a.version < b.version ? -1 : 1)), cut };
}

function filesOf({ file, kept, previous }: FlagCopy): FlagFile[] {
  return [...previous, kept, file].filter((each) => each !== undefined);
}

function versionsOf(copies: readonly FlagCopy[]): FlagFile[] {
  const files = new Map(copies.flatMap(filesOf).map((file) => [file.version, file]));
  return [...files.values()].sort((a, b) => (a.version < b.version ? -1 : 1));
}

/** What differs between two states of a service's flags. */
export function deltasOf(
  service: string,
  before: Pick<FlagFile, 'values'> | undefined,
  after: Pick<FlagFile, 'values'> | undefined,
): FlagDelta[] {
  const names = new Set([...Object.keys(before?.values ?? {}), ...Object.keys(after?.values ?? {})]);
  return [...names].flatMap((flag) => {
    const [from = null, to = null] = [before?.values[flag], after?.values[flag]];
    return from === to ? [] : [{ service, flag, from, to }];
  });
}

/**
 * The version that a rollback goes back to: what was in force before the last change. A rollback counts as what it
 * brought back, so that the next one goes one step further, and never to what was fled from.
 *
 * @throws UndeError NOTHING_TO_ROLL_BACK_TO
 */
export function rollbackVersion({ changes, cut }: Timeline): string {
  const last = changes.at(-1);
  const version = last === undefined ? undefined : effective(changes, last);
  const index = changes.findIndex((change) => change.version === version);
  const before = changes[index - 1];
  if (before !== undefined) return before.version;
  if (index === 0 && !cut) return NEVER_SET;
  throw new UndeError({
    code: 'NOTHING_TO_ROLL_BACK_TO',
    message:
      last === undefined
        ? 'nobody has set a flag yet'
        : version === NEVER_SET
          ? 'all flags are at their defaults, as before the first change'
          : 'what was in force before is no longer kept',
    exit: 'refused',
    hint: 'unde flags history',
  });
}

/** The change whose values a change has brought back; itself where it is no rollback. */
function effective(changes: readonly FlagChange[], change: FlagChange): string {
  if (change.restores === undefined) return change.version;
  const target = changes.find(({ version }) => version === change.restores);
  return target === undefined ? change.restores : effective(changes, target);
}

/**
 * The version that an operator means by what they typed: a version, or a part of one that only it has.
 *
 * @throws UndeError UNKNOWN_VERSION
 */
export function versionNamed({ changes, cut }: Timeline, text: string): string {
  if (text === NEVER_SET && !cut) return NEVER_SET;
  const found = changes.filter(({ version }) => version.includes(text));
  if (found.length === 1 && found[0] !== undefined) return found[0].version;
  const kept = changes.slice(-5).map(({ version }) => version);
  throw new UndeError({
    code: 'UNKNOWN_VERSION',
    message:
      found.length === 0
        ? `no version "${text}" is kept on the hosts`
        : `${found.length} versions are "${text}"`,
    exit: 'usage',
    hint:
      kept.length === 0
        ? 'nobody has set a flag yet'
        : `the last ones: ${kept.join(', ')}; see unde flags history`,
  });
}
