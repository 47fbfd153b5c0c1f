import { UndeError } from '../common/error/unde-error.ts';
import type { Host, Inventory } from './inventory.ts';

/** Whether the inventory declares two hosts to be the same machine; either of them may say so. */
export function areColocated(a: Host, b: Host): boolean {
  return a.colocatedWith.includes(b.name) || b.colocatedWith.includes(a.name);
}

/** The other hosts that claim a host's address without a declared co-location. */
export function claimants(inventory: Inventory, host: Host): readonly Host[] {
  return inventory.hosts.filter(
    (other) => other.name !== host.name && other.address === host.address && !areColocated(host, other),
  );
}

/**
 * Refuses a change to a host whose address another host claims: one of the two is another machine than the
 * inventory says, and nobody can tell which. Only the production context needs this; the lab gives each host an
 * address of its own.
 *
 * @throws UndeError ADDRESS_CLAIMED
 */
export function assertDeployable(inventory: Inventory, host: Host): void {
  const others = claimants(inventory, host);
  const [other] = others;
  if (other === undefined) return;
  const names = others.map(({ name }) => name).join(', ');
  throw new UndeError({
    code: 'ADDRESS_CLAIMED',
    message: `${host.name} and ${names} both claim ${host.address}, so the deploy could land on the wrong machine`,
    exit: 'refused',
    where: { host: host.name, file: `${inventory.file}:${host.line}` },
    details: [host, ...others].map(({ id, name, line, task }) => `${id} ${name} (line ${line}): ${task}`),
    hint: `give ${host.name} or ${other.name} an address of its own in inventory.yaml, or, where they are one machine, declare it under ${host.name}: colocated_with: [${other.name}]`,
  });
}
