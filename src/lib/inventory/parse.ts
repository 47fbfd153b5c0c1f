import os from 'node:os';
import path from 'node:path';
import { parseYaml } from './document.ts';
import type { Claim, Host, InventoryFile, SshSettings } from './inventory.ts';
import { badInventory } from './problem.ts';
import { checkReferences } from './references.ts';
import type { RawHost, RawInventory, RawSsh } from './schema.ts';
import { validate } from './validation.ts';

/**
 * Parses the text of an inventory. Syntax, shape and names are checked in this order; within each, every error
 * is found, not only the first.
 *
 * @param file Absolute path, for error messages and for paths relative to it.
 * @param built Names of the services that are built (`manifestNames()`); with them a service name that is neither
 *   built nor planned is an error.
 * @throws UndeError BAD_INVENTORY
 */
export function parseInventory(text: string, file: string, built?: readonly string[]): InventoryFile {
  const document = parseYaml(text);
  if (document.problems.length > 0) throw badInventory(file, document.problems);
  const { raw, problems } = validate(document);
  if (raw === undefined) throw badInventory(file, problems);
  const dangling = checkReferences(raw, document, built);
  if (dangling.length > 0) throw badInventory(file, dangling);
  return assemble(raw, file, document.lines());
}

function assemble(raw: RawInventory, file: string, lines: Readonly<Record<string, number>>): InventoryFile {
  const sites = Object.entries(raw.sites);
  const growth = raw.growth;
  return {
    file,
    timeZone: raw.time_zone ?? 'UTC',
    sites: sites.map(([name, { network, note, largest_host: largest }]) => ({
      name,
      network,
      note: note ?? '',
      ...(largest === undefined ? {} : { largestHost: { vcpu: largest.vcpu, ramGb: largest.ram_gb } }),
    })),
    hosts: sites.flatMap(([site, { hosts }]) =>
      Object.entries(hosts).map(([name, host]) =>
        assembleHost(raw, site, name, host, path.dirname(file), lines[`sites/${site}/hosts/${name}`] ?? 1),
      ),
    ),
    groups: raw.groups ?? {},
    services: mapValues(raw.services, ({ settings, assets }) => ({
      settings: settings ?? {},
      assets: assets ?? {},
    })),
    tunnels: Object.entries(raw.tunnels ?? {}).map(([host, tunnel]) => ({ host, ...tunnel })),
    planned: mapValues(raw.planned, ({ port, protocol, open }) => ({
      port,
      protocol: protocol ?? 'tcp',
      open: open ?? 'fleet',
    })),
    operators: Object.entries(raw.operators ?? {}).map(([name, { ssh }]) => ({ name, sshKeys: ssh })),
    quorums: raw.quorums ?? {},
    ...(raw.external?.object_storage === undefined ? {} : { objectStorage: raw.external.object_storage }),
    queues: raw.queues ?? {},
    ...(growth === undefined
      ? {}
      : { growth: { usersPerShard: growth.users_per_shard, stages: growth.stages } }),
    thresholds: raw.thresholds ?? {},
    scrape: raw.scrape,
    claims: claimsOf(raw),
    lines,
  };
}

function assembleHost(
  raw: RawInventory,
  siteName: string,
  name: string,
  host: RawHost,
  folder: string,
  line: number,
): Host {
  const site = raw.sites[siteName];
  const everywhere = [...(site?.everywhere ?? []), ...(raw.everywhere ?? [])];
  return {
    id: host.id,
    name,
    site: siteName,
    address: host.address,
    status: host.status,
    phase: host.phase ?? site?.phase ?? 1,
    task: host.task,
    services: [...new Set([...(host.services ?? []), ...everywhere])],
    ...defined({
      vcpu: host.vcpu,
      ramGb: host.ram_gb,
      type: host.type,
      eurMonth: host.eur_month,
      storage: host.storage,
      hugePages: host.huge_pages,
      also: host.also,
    }),
    ssh: assembleSsh([raw.ssh, site?.ssh, host.ssh], folder, name),
    colocatedWith: host.colocated_with ?? [],
    settings: host.settings ?? {},
    line,
  };
}

/** Later levels override earlier ones: fleet, site, host. */
function assembleSsh(levels: readonly (RawSsh | undefined)[], folder: string, host: string): SshSettings {
  const merged: RawSsh = Object.assign({}, ...levels);
  return {
    user: merged.user ?? 'root',
    port: merged.port ?? 22,
    ...(merged.identity_file === undefined
      ? {}
      : { identityFile: resolvePath(merged.identity_file, folder) }),
    // A site's jump host belongs to the site itself, and is reached directly.
    ...(merged.jump === undefined || merged.jump === host ? {} : { jump: merged.jump }),
    timeoutSeconds: merged.timeout_seconds ?? 10,
  };
}

function resolvePath(written: string, folder: string): string {
  if (written === '~' || written.startsWith('~/')) return path.join(os.homedir(), written.slice(1));
  return path.resolve(folder, written);
}

function claimsOf(raw: RawInventory): Claim[] {
  return Object.entries(raw.claims ?? {}).flatMap(([source, subjects]) =>
    Object.entries(subjects).flatMap(([subject, claims]) =>
      Object.entries(claims).map(([key, says]) => ({ source, subject, key, says })),
    ),
  );
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>> | undefined,
  change: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record ?? {}).map(([key, value]) => [key, change(value)]));
}

function defined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
