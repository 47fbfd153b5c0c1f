import type { Aim } from './rollout.ts';

/**
 * Puts foundations first, and services behind those that their manifests name in `after`; otherwise they keep their order. Names that are not
 * part of this command do not matter, and neither does a circle: it is broken where it was entered.
 *
 * @param services The aims of one service each.
 */
export function inOrder(services: readonly (readonly Aim[])[]): (readonly Aim[])[] {
  const nameOf = (aims: readonly Aim[]) => aims[0]?.desired.service ?? '';
  const ordered: (readonly Aim[])[] = [];
  const visited = new Set<readonly Aim[]>();
  const visit = (aims: readonly Aim[]) => {
    if (visited.has(aims)) return;
    visited.add(aims);
    const before = new Set(aims.flatMap(({ desired }) => desired.after));
    for (const other of services) if (before.has(nameOf(other))) visit(other);
    ordered.push(aims);
  };
  const isFoundation = (aims: readonly Aim[]) => aims[0]?.desired.foundation === true;
  for (const aims of [...services.filter(isFoundation), ...services]) visit(aims);
  return ordered;
}
