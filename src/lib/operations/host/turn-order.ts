import type { Host } from '../../inventory/inventory.ts';
import { turnOf, type HostRole } from './role.ts';

/** A host with its place in the row. */
export interface Turn {
  readonly host: Host;
  readonly role: HostRole;
}

/**
 * Puts hosts into the order in which they are taken down, one at a time: those that matter least first, replicas before
 * primaries, the ways to others behind the others, monitoring last. Within a role the inventory's order stays.
 */
export function inTurn<T extends Turn>(turns: readonly T[]): T[] {
  return turns.toSorted((a, b) => turnOf(a.role) - turnOf(b.role));
}
