import chalk from 'chalk';
import type { Manifest } from '../../manifest/manifest.ts';
import { claimants } from '../../inventory/address-claims.ts';
import type { Host, InventoryFile } from '../../inventory/inventory.ts';
import { serviceList } from './listing.ts';
import type { Meanings, ServiceMeaning } from './meaning.ts';
import { settingsFor } from '../../inventory/settings.ts';

/** A line of a description: a label and what it says; lines that say nothing are left out. */
type Entry = readonly [label: string, value: string | undefined];

/**
 * Describes everything that a name stands for, for `unde inventory show`; one block for each meaning.
 *
 * @param manifest The manifest of the service, where it is one that is built.
 */
export function describeMeanings(
  inventory: InventoryFile,
  meanings: Meanings,
  manifest: Manifest | undefined,
  isBuilt: (service: string) => boolean,
): string {
  const { service, host, group, site } = meanings;
  return [
    ...(service === undefined ? [] : [describeService(inventory, service, manifest)]),
    ...(host === undefined ? [] : [describeHost(inventory, host, isBuilt)]),
    ...(group === undefined ? [] : [block('group', group.name, [['hosts', hostList(group.hosts)]])]),
    ...(site === undefined
      ? []
      : [
          block('site', site.site.name, [
            ['network', site.site.network],
            ['note', site.site.note],
            ['hosts', `${site.hosts.length}: ${hostList(site.hosts)}`],
            ['cost', cost(site.hosts)],
          ]),
        ]),
  ].join('\n\n');
}

function describeHost(inventory: InventoryFile, host: Host, isBuilt: (service: string) => boolean): string {
  const rivals = claimants(inventory, host).map(({ name }) => name);
  const tunnel = inventory.tunnels.find((each) => each.host === host.name);
  const groups = Object.entries(inventory.groups)
    .filter(([, members]) => members.includes(host.name))
    .map(([name]) => name);
  const planned = host.services.filter((service) => !isBuilt(service));
  const { ssh } = host;
  return block('host', host.name, [
    ['id', host.id],
    ['task', host.task],
    ['site', `${host.site}, phase ${host.phase}`],
    [
      'address',
      rivals.length > 0
        ? `${host.address}  ${chalk.red(`claimed by ${rivals.join(', ')} too`)}`
        : host.address,
    ],
    ['also', host.also?.join(', ')],
    ['co-located', host.colocatedWith.join(', ')],
    ['status', host.status],
    ['machine', machine(host)],
    ['cost', cost([host])],
    ['services', serviceList(host.services, planned)],
    ['settings', settingsLine(host.settings)],
    ['groups', groups.join(', ')],
    ['tunnel', tunnel && `${tunnel.interface}  ${tunnel.local} <-> ${tunnel.helsinki}  (${tunnel.use})`],
    [
      'ssh',
      `${ssh.user}@${host.address}:${ssh.port}${ssh.jump === undefined ? '' : ` through ${ssh.jump}`}` +
        `${ssh.identityFile === undefined ? '' : ` with ${ssh.identityFile}`}, ${ssh.timeoutSeconds} s`,
    ],
    ['written', `${inventory.file}:${host.line}`],
  ]);
}

function describeService(
  inventory: InventoryFile,
  service: ServiceMeaning,
  manifest: Manifest | undefined,
): string {
  const port = manifest?.port ?? service.planned?.port;
  const own = service.hosts
    .filter((host) => host.settings[service.name] !== undefined)
    .map((host) => `${host.name}: ${settingsLine(settingsFor(inventory, host, service.name))}`);
  return block('service', service.name, [
    ['purpose', manifest?.purpose],
    ['kind', manifest === undefined ? 'planned, not built yet' : kindName(manifest)],
    ['port', port === undefined ? undefined : `${port}${service.planned?.protocol === 'udp' ? '/udp' : ''}`],
    ['hosts', service.hosts.length === 0 ? 'none' : hostList(service.hosts)],
    ['settings', settingsLine(service.settings.settings)],
    ['', own.join('; ')],
    ['assets', settingsLine(service.settings.assets)],
  ]);
}

/** What a manifest's kind is called in listings. */
export function kindName(manifest: Manifest): string {
  return manifest.kind === 'service' ? 'ours' : 'platform';
}

function machine(host: Host): string {
  const parts = [
    host.vcpu === undefined ? undefined : `${host.vcpu} vCPU`,
    host.ramGb === undefined ? undefined : `${host.ramGb} GB`,
    host.storage,
    host.hugePages === undefined ? undefined : `${host.hugePages} huge pages`,
  ];
  // The provider's name for a machine often spells out its memory and disks.
  const unsaid = parts.filter((part) => part !== undefined && host.type?.includes(part) !== true);
  return [host.type, ...unsaid].filter((part) => part !== undefined).join(', ');
}

function cost(hosts: readonly Host[]): string | undefined {
  const known = hosts.filter(({ eurMonth }) => eurMonth !== undefined);
  if (known.length === 0) return undefined;
  const sum = known.reduce((total, { eurMonth }) => total + (eurMonth ?? 0), 0);
  const unknown = hosts.length - known.length;
  return `€${sum.toFixed(2)} a month${unknown > 0 ? `, and ${unknown} of unknown cost` : ''}`;
}

function hostList(hosts: readonly Host[]): string {
  return hosts.map(({ name }) => name).join(' ');
}

function settingsLine(settings: Readonly<Record<string, unknown>>): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}

function block(kind: string, name: string, entries: readonly Entry[]): string {
  return [
    `${chalk.bold(name)}  ${chalk.dim(kind)}`,
    ...entries
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([label, value]) => `  ${chalk.dim(label.padEnd(10))} ${value}`),
  ].join('\n');
}
