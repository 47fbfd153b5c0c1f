import { renderFlagFile, type FlagFile, type FlagOrigin } from '../../manifest/flags/file.ts';
import type { HostFlags } from './host-flags.ts';
import type { NewFlagNote } from './note.ts';
import type { FlagHost, FlagService } from './readers.ts';
import type { HostWrite } from './host-session.ts';
import { restored, awaitFlagsInForce, withValues, type SettledFlags } from './in-force.ts';
import { deltasOf, type FlagDelta } from './timeline.ts';
import { canonicalText } from '../../manifest/flags/value.ts';

/** What an operator wants of the flags. */
export type FlagIntent =
  /** Texts by flag, as they were typed and found to fit. */
  | { readonly kind: 'set'; readonly values: ReadonlyMap<string, string> }
  /** Back to what was in force after a version. */
  | { readonly kind: 'restore'; readonly version: string; readonly undoes: readonly string[] }
  /** Nothing but that every host has what is in force. */
  | { readonly kind: 'mend' };

/** A host that was left behind, and is mended along the way. */
export interface Mending {
  readonly host: string;
  readonly service: string;
  /** What was the matter. */
  readonly why: string;
}

/** What a change will write. */
export interface FlagPlan {
  readonly version: string;
  readonly deltas: readonly FlagDelta[];
  readonly mendings: readonly Mending[];
  /** By host; hosts on which nothing changes are absent. */
  readonly writes: ReadonlyMap<string, HostWrite>;
  /** Notes that are settled once all of it is written, by the host that keeps them. */
  readonly forget: ReadonlyMap<string, readonly string[]>;
}

/** The texts that an emergency sets, of the flags that have one. */
export function emergencyValues(services: readonly FlagService[]): Map<string, string> {
  return new Map(
    services.flatMap(({ specs }) =>
      specs.flatMap(({ name, emergency }) => (emergency === undefined ? [] : [[name, emergency] as const])),
    ),
  );
}

/**
 * Works out what a change writes where; a pure function.
 *
 * @param services All services that read flags.
 * @param states What the hosts said that were reached.
 * @param missed Hosts that were not reached.
 * @param origin The change: its version, and who makes it when and why.
 */
export function planChange(
  services: readonly FlagService[],
  states: readonly HostFlags[],
  missed: readonly FlagHost[],
  intent: FlagIntent,
  origin: FlagOrigin,
): FlagPlan {
  const files = new Map<string, HostWrite['files'][number][]>();
  const newNotes: NewFlagNote[] = [];
  const deltas: FlagDelta[] = [];
  const mendings: Mending[] = [];
  const notes = states.flatMap((state) => state.notes);
  const put = (host: string, service: string, file: FlagFile, reason: string) =>
    files.set(host, [
      ...(files.get(host) ?? []),
      { service, version: file.version, text: renderFlagFile(file), reason },
    ]);

  for (const service of services) {
    const copies = states.flatMap((state) => state.copies.filter((copy) => copy.service === service.name));
    const settled = awaitFlagsInForce(service.name, copies, notes, origin);
    const wanted = copies.length === 0 ? undefined : wantedFile(service, settled, states, intent, origin);
    const own = deltasOf(service.name, settled.file, wanted);
    const file = own.length > 0 ? wanted : settled.file;
    deltas.push(...own);
    for (const copy of copies) {
      const behind = settled.behind.find((each) => each.copy === copy);
      if (behind !== undefined) mendings.push({ host: copy.host, service: service.name, why: behind.why });
      if (file === undefined || (own.length === 0 && behind === undefined)) continue;
      const reasons = [
        ...own.map(deltaText),
        ...(behind === undefined ? [] : [`mended, since ${behind.why}`]),
      ];
      put(copy.host, service.name, file, `${reasons.join(', ')}: ${own.length > 0 ? origin.why : file.why}`);
    }
    for (const { host } of missed.filter((each) => each.services.includes(service))) {
      const missing = noteFor(service, intent, own);
      if (missing !== undefined)
        newNotes.push({ ...origin, host: host.name, service: service.name, ...missing });
    }
  }
  // What is owed to a host that is still not there stays owed.
  const settledNotes = notes.filter(({ host }) => !missed.some((each) => each.host.name === host));
  // A note is kept wherever somebody may look for it.
  const writers = newNotes.length > 0 ? states.map(({ host }) => host) : [...files.keys()];
  return {
    version: origin.version,
    deltas,
    mendings,
    writes: new Map(
      writers.map((host) => [host, { files: files.get(host) ?? [], notes: newNotes, forget: [] }]),
    ),
    forget: new Map(
      [...Map.groupBy(settledNotes, ({ keeper }) => keeper)].map(([keeper, list]) => [
        keeper,
        list.map(({ name }) => name),
      ]),
    ),
  };
}

function wantedFile(
  service: FlagService,
  { file }: SettledFlags,
  states: readonly HostFlags[],
  intent: FlagIntent,
  origin: FlagOrigin,
): FlagFile | undefined {
  if (intent.kind === 'mend') return file;
  if (intent.kind === 'restore') {
    const copies = states.flatMap((state) => state.copies.filter((copy) => copy.service === service.name));
    return restored(file, copies, intent.version, origin);
  }
  const values = changedValues(service, file, intent.values);
  return Object.keys(values).length === 0 ? file : withValues(file, values, origin);
}

/** Of the texts that are to be set, those that a service reads and that would change something. */
function changedValues(
  service: FlagService,
  file: FlagFile | undefined,
  values: ReadonlyMap<string, string>,
): Record<string, string> {
  const changed: Record<string, string> = {};
  for (const [flag, text] of values) {
    const spec = service.specs.find(({ name }) => name === flag);
    if (spec === undefined) continue;
    const wanted = canonicalText(spec, text);
    const there = file?.values[flag];
    if (there === undefined ? wanted !== canonicalText(spec, spec.default) : wanted !== there) {
      changed[flag] = wanted;
    }
  }
  return changed;
}

/** What a host that was not reached must be told later. */
function noteFor(
  service: FlagService,
  intent: FlagIntent,
  deltas: readonly FlagDelta[],
): Pick<NewFlagNote, 'values' | 'restores' | 'undoes'> | undefined {
  if (intent.kind === 'restore') return { restores: intent.version, undoes: intent.undoes };
  if (intent.kind === 'mend') return undefined;
  // Where another host of the service was reached, the change there says what it is; else nobody knows what it has.
  const values =
    deltas.length > 0
      ? deltas.map(({ flag, to }) => [flag, to] as const)
      : service.specs.flatMap((spec) => {
          const text = intent.values.get(spec.name);
          return text === undefined ? [] : [[spec.name, canonicalText(spec, text)] as const];
        });
  return values.length === 0 ? undefined : { values: Object.fromEntries(values) };
}

/** `GLOW bright → dim`. */
export function deltaText({ flag, from, to }: FlagDelta): string {
  return `${flag} ${from ?? 'default'} → ${to ?? 'default'}`;
}
