import { type Finding, type CheckSubject, lineOf, listed } from './finding.ts';

/** Quorums that lose their majority with a site whose loss they are promised to survive. */
export function checkQuorums({ inventory }: CheckSubject): readonly Finding[] {
  return Object.entries(inventory.quorums).flatMap(([name, quorum]) => {
    const members = inventory.groups[quorum.members] ?? [];
    const majority = Math.floor(members.length / 2) + 1;
    const even: Finding[] =
      members.length % 2 === 1
        ? []
        : [
            {
              code: 'QUORUM_EVEN',
              severity: 'warning',
              message: `${name} has ${members.length} members: it bears no more losses than with one fewer`,
              line: lineOf(inventory, 'groups', quorum.members),
              hint: 'use an odd number of members',
            },
          ];
    const lost = quorum.survives.flatMap((site): Finding[] => {
      const there = members.filter(
        (member) => inventory.hosts.find((host) => host.name === member)?.site === site,
      );
      const left = members.length - there.length;
      if (left >= majority) return [];
      const others = inventory.sites.filter((other) => other.name !== site).map((other) => other.name);
      return [
        {
          code: 'QUORUM_AT_ONE_SITE',
          severity: 'error',
          message:
            `losing ${site} takes ${listed(there)}, leaving ${name} ${left} of ${members.length} votes where ` +
            `${majority} are needed: no primary at ${listed(others)} stays writable, though its survival is promised`,
          line: lineOf(inventory, 'quorums', name, 'survives'),
          hint: `move a vote to a third site (a witness reached without ${site}), or take ${site} out of survives`,
        },
      ];
    });
    return [...even, ...lost];
  });
}
