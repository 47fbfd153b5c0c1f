import { randomBytes } from 'node:crypto';

/** The version of a service's flags before anybody has set one; it sorts before all others. */
export const NEVER_SET = '0';

const LENGTH = 'yyyymmdd-hhmmssmmm-xxxx'.length;

/**
 * The id of one change of flags, the same on every host that it reaches. Ids sort by time; one that is made is greater
 * than all that were seen, even where the clock of whoever made those was ahead.
 */
export function newFlagVersion(seen: Iterable<string>, now: Date = new Date()): string {
  const after = Math.max(0, ...[...seen].map((version) => timeOf(version) + 1));
  const at = new Date(Math.max(now.getTime(), after));
  const stamp = at
    .toISOString()
    .replaceAll(/[-:.Z]/g, '')
    .replace('T', '-');
  return `${stamp}-${randomBytes(2).toString('hex')}`;
}

/** Milliseconds since the epoch; `-1` for what is no version of a change. */
function timeOf(version: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)(\d{3})-/.exec(version);
  if (parts === null || version.length !== LENGTH) return -1;
  const [, year, month, day, hour, minute, second, ms] = parts;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  return Number.isNaN(time) ? -1 : time;
}

/** Whether a text can be the version of a change. */
export function isFlagVersion(text: string): boolean {
  return timeOf(text) >= 0;
}
