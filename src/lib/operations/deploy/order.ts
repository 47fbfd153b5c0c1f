import type { HostMove } from './rollout.ts';

/**
 * Puts foundations first, and services behind those that their manifests name in `after`; otherwise they keep their order. Names that are not
 * part of this command do not matter, and neither does a circle: it is broken where it was entered.
 *
 * @param services The moves of one service each.
 */
export function inOrder(services: readonly (readonly HostMove[])[]): (readonly HostMove[])[] {
  const nameOf = (moves: readonly HostMove[]) => moves[0]?.desired.service ?? '';
  const ordered: (readonly HostMove[])[] = [];
  const visited = new Set<readonly HostMove[]>();
  const visit = (moves: readonly HostMove[]) => {
    if (visited.has(moves)) return;
    visited.add(moves);
    const before = new Set(moves.flatMap(({ desired }) => desired.after));
    for (const other of services) if (before.has(nameOf(other))) visit(other);
    ordered.push(moves);
  };
  const isFoundation = (moves: readonly HostMove[]) => moves[0]?.desired.foundation === true;
  for (const moves of [...services.filter(isFoundation), ...services]) visit(moves);
  return ordered;
}
