import type { HostMove } from './rollout.ts';

/** One service of a command, and the services of the same command that it waits for. */
export interface OrderedService {
  readonly service: string;
  readonly moves: readonly HostMove[];
  /** Its switches wait until these are confirmed everywhere: those that its manifest names in `after`. */
  readonly after: readonly string[];
  /** Nothing of it begins before these are confirmed everywhere: what everything else on a host stands on. */
  readonly foundations: readonly string[];
}

/**
 * Puts foundations first, and services behind those that their manifests name in `after`; otherwise they keep their
 * order. Names that are not part of this command do not matter, and neither does a circle: it is broken where it was
 * entered, so a service only ever waits for one that stands before it.
 *
 * @param services The moves of one service each.
 */
export function inOrder(services: readonly (readonly HostMove[])[]): OrderedService[] {
  const ordered: OrderedService[] = [];
  const visited = new Set<readonly HostMove[]>();
  const visit = (moves: readonly HostMove[]) => {
    if (visited.has(moves)) return;
    visited.add(moves);
    const before = new Set(moves.flatMap(({ desired }) => desired.after));
    for (const other of services) if (before.has(nameOf(other))) visit(other);
    const earlier = ordered.map(({ service }) => service);
    ordered.push({
      service: nameOf(moves),
      moves,
      after: earlier.filter((name) => before.has(name)),
      foundations: isFoundation(moves)
        ? []
        : ordered.filter((each) => isFoundation(each.moves)).map(({ service }) => service),
    });
  };
  for (const moves of [...services.filter(isFoundation), ...services]) visit(moves);
  return ordered;
}

const nameOf = (moves: readonly HostMove[]) => moves[0]?.desired.service ?? '';

const isFoundation = (moves: readonly HostMove[]) => moves[0]?.desired.foundation === true;
