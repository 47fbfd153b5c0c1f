import type { Manifest } from '../../../manifest/manifest.ts';
import type { Host, InventoryFile } from '../../../inventory/inventory.ts';

/** What a rule looks at. */
export interface CheckSubject {
  readonly inventory: InventoryFile;
  /** The services that are built. */
  readonly manifests: readonly Manifest[];
}

/** Something that a rule found. */
export interface Finding {
  /** A stable name in SCREAMING_SNAKE_CASE that scripts may match on. */
  readonly code: string;
  /** An error stops or endangers a deploy, or breaks a promise; a warning is for an operator to know or to settle. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** Line of the inventory. */
  readonly line: number;
  /** What to do about it. */
  readonly hint: string;
}

/** A family of rules over the whole fleet; a pure function. */
export type Rule = (fleet: CheckSubject) => readonly Finding[];

/** The line of a key or list item; of the nearest thing around it where it is not written. */
export function lineOf(inventory: InventoryFile, ...path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const line = inventory.lines[path.slice(0, length).join('/')];
    if (line !== undefined) return line;
  }
  return 1;
}

/** The line of a host's key, e.g. `address`. */
export function hostLine(
  inventory: InventoryFile,
  host: Host,
  ...path: readonly (string | number)[]
): number {
  return lineOf(inventory, 'sites', host.site, 'hosts', host.name, ...path);
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
