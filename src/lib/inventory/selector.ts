import { UndeError } from '../common/error/unde-error.ts';
import type { Host, Inventory } from './inventory.ts';
import { type Factor, parseSelector } from './selector-syntax.ts';
import { didYouMean } from '../common/text/did-you-mean.ts';

/** One service on one host: the unit that deploys, restarts and gates work on. */
export interface Placement {
  readonly host: Host;
  readonly service: string;
}

/** What a selector found. */
export interface Selection {
  /** The selector as it was typed. */
  readonly selector: string;
  /** In the order of the inventory. */
  readonly hosts: readonly Host[];
  /** In the order of the inventory; empty where only hosts without services were found. */
  readonly placements: readonly Placement[];
}

/**
 * An atom is a placement, or a host by itself (`service` undefined): a service selects placements only, everything
 * else selects hosts with all that is on them.
 */
interface Atom {
  readonly host: Host;
  readonly service: string | undefined;
}

type Test = (atom: Atom) => boolean;

/**
 * Finds the hosts and placements that a selector names; docs/inventory.md has the grammar for operators.
 *
 * A bare name is the service of that name wherever it is placed, else the host, else the group. An exclusion is
 * taken in its widest sense: `!embedder` leaves out the service and the host of that name.
 *
 * @throws UndeError BAD_SELECTOR, UNKNOWN_NAME, EMPTY_SELECTION
 */
export function selectHosts(inventory: Inventory, selector: string): Selection {
  const { include, exclude } = parseSelector(selector);
  const included = include.map((factors) => factors.map((factor) => testOf(inventory, factor)));
  const excluded = exclude.map((factor) => widest(inventory, factor));
  const atoms = inventory.hosts
    .flatMap((host): Atom[] => [
      { host, service: undefined },
      ...host.services.map((service) => ({ host, service })),
    ])
    .filter(
      (atom) =>
        included.some((tests) => tests.every((test) => test(atom))) && !excluded.some((test) => test(atom)),
    );
  if (atoms.length === 0) {
    throw new UndeError({
      code: 'EMPTY_SELECTION',
      message: `nothing is both placed and selected by "${selector}"`,
      exit: 'usage',
      hint: 'see what is where: unde inventory list',
    });
  }
  return {
    selector,
    hosts: [...new Set(atoms.map(({ host }) => host))],
    placements: atoms.filter((atom): atom is Placement => atom.service !== undefined),
  };
}

/**
 * Finds the placements that a selector names: what `unde deploy` acts on. A service means itself wherever it is
 * placed; a host, group, site or phase means every service on its hosts.
 *
 * @throws UndeError BAD_SELECTOR, UNKNOWN_NAME, EMPTY_SELECTION
 */
export function selectPlacements(inventory: Inventory, selector: string): readonly Placement[] {
  const { placements, hosts } = selectHosts(inventory, selector);
  if (placements.length > 0) return placements;
  throw new UndeError({
    code: 'EMPTY_SELECTION',
    message: `"${selector}" selects ${hosts.map(({ name }) => name).join(', ')}, where no service is placed`,
    exit: 'usage',
    hint: 'place a service under `services` of the host in inventory.yaml',
  });
}

function testOf(inventory: Inventory, factor: Factor): Test {
  const test = factor.negated
    ? negation(widest(inventory, { ...factor, negated: false }))
    : resolve(inventory, factor)[0];
  if (test !== undefined) return test;
  throw unknownName(inventory, factor);
}

/** Every meaning of a name at once. */
function widest(inventory: Inventory, factor: Factor): Test {
  const meanings = resolve(inventory, factor);
  if (meanings.length === 0) throw unknownName(inventory, factor);
  return (atom) => meanings.some((test) => test(atom));
}

function negation(test: Test): Test {
  return (atom) => !test(atom);
}

/** What a name can mean, the meaning of a bare name first. */
function resolve(inventory: Inventory, { kind, name }: Factor): Test[] {
  const matches = matcher(name);
  const meanings: Test[] = [];
  if (kind === 'all') meanings.push(() => true);
  // A pattern that is not tied to a kind means hosts: `local-*` is not the services of that name elsewhere.
  if (kind === 'service' || (kind === 'any' && !name.includes('*'))) {
    if (inventory.hosts.some(({ services }) => services.some(matches))) {
      meanings.push(({ service }) => service !== undefined && matches(service));
    }
  }
  if (kind === 'host' || kind === 'any') {
    if (inventory.hosts.some((host) => matches(host.name))) meanings.push(({ host }) => matches(host.name));
  }
  if (kind === 'group' || (kind === 'any' && !name.includes('*'))) {
    const groups = Object.entries(inventory.groups).filter(([group]) => matches(group));
    const members = new Set(groups.flatMap(([, hosts]) => hosts));
    if (groups.length > 0) meanings.push(({ host }) => members.has(host.name));
  }
  if (kind === 'site' && inventory.sites.some((site) => matches(site.name))) {
    meanings.push(({ host }) => matches(host.site));
  }
  if (kind === 'phase' && inventory.hosts.some(({ phase }) => matches(String(phase)))) {
    meanings.push(({ host }) => matches(String(host.phase)));
  }
  if (kind === 'status' && inventory.hosts.some(({ status }) => matches(status))) {
    meanings.push(({ host }) => matches(host.status));
  }
  return meanings;
}

function matcher(pattern: string): (name: string) => boolean {
  if (!pattern.includes('*')) return (name) => name === pattern;
  const expression = new RegExp(`^${pattern.split(/\*+/).map(escaped).join('.*')}$`);
  return (name) => expression.test(name);
}

function escaped(literal: string): string {
  return literal.replaceAll(/[^a-z0-9]/g, String.raw`\$&`);
}

function unknownName(inventory: Inventory, { kind, name }: Factor): UndeError {
  const all: Readonly<Record<string, readonly string[]>> = {
    service: inventory.hosts.flatMap(({ services }) => services),
    host: inventory.hosts.map((host) => host.name),
    group: Object.keys(inventory.groups),
    site: inventory.sites.map((site) => site.name),
    phase: inventory.hosts.map(({ phase }) => String(phase)),
    status: inventory.hosts.map(({ status }) => status),
  };
  const candidates =
    kind === 'any' ? ['service', 'host', 'group'].flatMap((each) => all[each] ?? []) : (all[kind] ?? []);
  const alias = inventory.hosts.find(({ also }) => also?.includes(name));
  const few = [...new Set(candidates)];
  return new UndeError({
    code: 'UNKNOWN_NAME',
    message: `no ${kind === 'any' ? 'service, host or group' : kind} of the inventory is called "${name}"`,
    exit: 'usage',
    where: { file: inventory.file },
    hint: hintFor(inventory, name, few, alias),
  });
}

function hintFor(
  inventory: Inventory,
  name: string,
  candidates: readonly string[],
  alias: Host | undefined,
): string {
  if (alias !== undefined) return `"${name}" is an older name for what is at ${alias.address}: ${alias.name}`;
  if (inventory.sites.some((site) => site.name === name)) return `a site is written with @: @${name}`;
  const suggestion = didYouMean(name, candidates);
  if (suggestion !== undefined) return suggestion;
  return candidates.length <= 8
    ? `there are: ${candidates.join(', ')}`
    : 'see what there is: unde inventory list';
}
