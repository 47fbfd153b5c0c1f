import {
  parseFlagFile,
  renderFlagFile,
  type FlagFile,
  type FlagOrigin,
  type ReadFlagFile,
} from '../../../../src/lib/manifest/flags/file.ts';
import type { FlagCopy, HostFlags } from '../../../../src/lib/operations/flags/host-flags.ts';
import { noteName, type FlagNote, type NewFlagNote } from '../../../../src/lib/operations/flags/note.ts';
import type { FlagHost, FlagService } from '../../../../src/lib/operations/flags/readers.ts';
import { withValues } from '../../../../src/lib/operations/flags/in-force.ts';
import type { Host } from '../../../../src/lib/inventory/inventory.ts';

/** The version of the nth change. */
export const v = (n: number) => `20261121-1513${String(n).padStart(2, '0')}000-ab12`;

/** The nth change, made n seconds after 15:13. */
export const change = (n: number): FlagOrigin => ({
  version: v(n),
  changed_at: `2026-11-21T15:13:${String(n).padStart(2, '0')}.000Z`,
  by: 'kim@ops',
  why: `reason ${n}`,
});

export const LANTERN: FlagService = {
  name: 'lantern',
  port: 8098,
  health: '/health',
  specs: [
    {
      name: 'GLOW',
      type: 'enum',
      values: ['dim', 'bright'],
      default: 'bright',
      emergency: 'dim',
      purpose: 'how',
    },
    { name: 'SHARE', type: 'float', range: [0, 1], default: '0.80', purpose: 'how much' },
    { name: 'NIGHT', type: 'interval', default: '24 hours', purpose: 'how long' },
  ],
};
export const SIGNPOST: FlagService = {
  name: 'signpost',
  port: 8097,
  health: '/health',
  specs: [
    {
      name: 'ROUTE',
      type: 'enum',
      values: ['coast', 'closed'],
      default: 'coast',
      emergency: 'closed',
      purpose: 'where',
    },
  ],
};
export const SERVICES = [LANTERN, SIGNPOST];

/** A file that changes have made, one after the other: `[n, values]`. */
export function fileOf(...changes: readonly [number, Record<string, string | null>][]): FlagFile {
  let file: FlagFile | undefined;
  for (const [n, values] of changes) file = withValues(file, values, change(n));
  if (file === undefined) throw new Error('no change, no file');
  return file;
}

/** What a host says of one service. */
export function copyOf(
  host: string,
  service: string,
  now: FlagFile | string | undefined,
  rest: Partial<FlagCopy> = {},
): FlagCopy {
  const text = typeof now === 'object' ? renderFlagFile(now) : now;
  const read: Partial<ReadFlagFile> = text === undefined ? {} : parseFlagFile(text);
  return {
    host,
    service,
    text,
    file: read.file,
    damage: read.damage,
    kept: undefined,
    previous: [],
    deployed: true,
    process: undefined,
    ...rest,
  };
}

/** A host as it answers. */
export function stateOf(
  host: string,
  copies: readonly FlagCopy[],
  notes: readonly FlagNote[] = [],
): HostFlags {
  return { host, copies, notes, held: true };
}

/** A note that a host keeps for another one. */
export function noteOf(keeper: string, note: Partial<NewFlagNote> & { n: number }): FlagNote {
  const { n, ...rest } = note;
  const made = { ...change(n), host: 'push', service: 'lantern', ...rest };
  return { ...made, name: noteName(made), keeper };
}

/** A host that was not reached. */
export function missedHost(name: string, ...services: FlagService[]): FlagHost {
  return { host: { name } as Host, services };
}
