import { UndeError } from '../common/error/unde-error.ts';
import type { Host } from '../inventory/inventory.ts';
import { selectHosts, type Selection } from '../inventory/selector.ts';
import type { Fleet } from './fleet.ts';

/**
 * The hosts that a selector names and this context has: in a lab, those that were booted.
 *
 * @throws UndeError BAD_SELECTOR, UNKNOWN_NAME, EMPTY_SELECTION
 */
export function presentHosts(fleet: Fleet, selector: string): Host[] {
  return presentOf(fleet, selectHosts(fleet.inventory, selector));
}

/**
 * The same of a selection that is made already.
 *
 * @throws UndeError EMPTY_SELECTION
 */
export function presentOf(
  fleet: Pick<Fleet, 'hosts'>,
  { selector, hosts }: Pick<Selection, 'selector' | 'hosts'>,
): Host[] {
  const present = new Set(fleet.hosts.map(({ name }) => name));
  const here = hosts.filter(({ name }) => present.has(name));
  if (here.length > 0) return here;
  throw new UndeError({
    code: 'EMPTY_SELECTION',
    message: `the lab has none of the hosts that "${selector}" selects`,
    exit: 'usage',
    hint: `unde lab up ${hosts
      .slice(0, 3)
      .map(({ name }) => name)
      .join(',')}`,
  });
}
