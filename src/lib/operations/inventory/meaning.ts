import { UndeError } from '../../common/error/unde-error.ts';
import type {
  Host,
  InventoryFile,
  PlannedService,
  ServiceSettings,
  Site,
} from '../../inventory/inventory.ts';
import { didYouMean } from '../../common/text/did-you-mean.ts';

/** A service in the inventory: planned or built, placed or not. */
export interface ServiceMeaning {
  readonly name: string;
  readonly hosts: readonly Host[];
  readonly settings: ServiceSettings;
  /** Only where the inventory plans it. */
  readonly planned?: PlannedService;
}

/** Everything that one name stands for. */
export interface Meanings {
  readonly service?: ServiceMeaning;
  readonly host?: Host;
  readonly group?: { readonly name: string; readonly hosts: readonly Host[] };
  readonly site?: { readonly site: Site; readonly hosts: readonly Host[] };
}

const KINDS = ['service', 'host', 'group', 'site'] as const satisfies readonly (keyof Meanings)[];

/**
 * Looks a name up; `host:NAME` and its like ask for one kind, `@NAME` for a site.
 *
 * @param built Names of the services that are built.
 * @throws UndeError UNKNOWN_NAME
 */
export function meaningsOf(inventory: InventoryFile, written: string, built: readonly string[]): Meanings {
  const text = written.startsWith('@') ? `site:${written.slice(1)}` : written;
  const [prefix, rest] = text.includes(':') ? (text.split(':', 2) as [string, string]) : [undefined, text];
  const name = rest;
  const host = inventory.hosts.find((each) => each.name === name);
  const site = inventory.sites.find((each) => each.name === name);
  const members = Object.hasOwn(inventory.groups, name) ? inventory.groups[name] : undefined;
  const services = [
    ...built,
    ...Object.keys(inventory.planned),
    ...Object.keys(inventory.services),
    ...inventory.hosts.flatMap((each) => each.services),
  ];
  const planned = Object.hasOwn(inventory.planned, name) ? inventory.planned[name] : undefined;
  const all: Meanings = {
    ...(services.includes(name)
      ? {
          service: {
            name,
            hosts: inventory.hosts.filter((each) => each.services.includes(name)),
            settings: inventory.services[name] ?? { settings: {}, assets: {} },
            planned,
          },
        }
      : {}),
    host,
    ...(members === undefined
      ? {}
      : { group: { name, hosts: inventory.hosts.filter((each) => members.includes(each.name)) } }),
    ...(site === undefined
      ? {}
      : { site: { site, hosts: inventory.hosts.filter((each) => each.site === site.name) } }),
  };
  const wanted = KINDS.filter((kind) => prefix === undefined || prefix === kind);
  const found = Object.fromEntries(
    wanted.flatMap((kind) => (all[kind] === undefined ? [] : [[kind, all[kind]]])),
  );
  if (Object.keys(found).length > 0) return found;
  const known = [
    ...services,
    ...inventory.hosts.map((each) => each.name),
    ...Object.keys(inventory.groups),
    ...inventory.sites.map((each) => each.name),
  ];
  const alias = inventory.hosts.find(({ also }) => also?.includes(name));
  throw new UndeError({
    code: 'UNKNOWN_NAME',
    message: `no ${prefix ?? 'service, host, group or site'} of the inventory is called "${name}"`,
    exit: 'usage',
    where: { file: inventory.file },
    hint:
      alias === undefined
        ? (didYouMean(name, known) ?? 'see what there is: unde inventory list')
        : `"${name}" is an older name for what is at ${alias.address}: ${alias.name}`,
  });
}
