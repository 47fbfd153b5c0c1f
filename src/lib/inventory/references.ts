import { isTimeZone } from './time-zone.ts';
import type { Path, YamlDocument } from './document.ts';
import type { InventoryProblem } from './problem.ts';
import type { RawInventory } from './schema.ts';
import { didYouMean } from '../common/text/did-you-mean.ts';

/** Words of the selector's grammar that nothing may be called. */
const RESERVED = ['all'];

/**
 * Finds names that lead nowhere or stand for two things: a group's member that is no host, a host that stands in
 * two sites, a service that is neither built nor planned.
 *
 * @param built Names of the services that are built; without them services are not looked at.
 */
export function checkReferences(
  raw: RawInventory,
  document: YamlDocument,
  built: readonly string[] | undefined,
): InventoryProblem[] {
  const problems: InventoryProblem[] = [];
  const report = (path: Path, message: string) => problems.push({ ...document.positionOf(path), message });
  const reportKey = (path: Path, message: string) =>
    problems.push({ ...document.positionOfKey(path), message });

  const siteOf = new Map<string, string>();
  for (const [site, { hosts }] of Object.entries(raw.sites)) {
    for (const host of Object.keys(hosts)) {
      const other = siteOf.get(host);
      if (other !== undefined)
        reportKey(['sites', site, 'hosts', host], `host "${host}" stands in ${other} too`);
      if (RESERVED.includes(host))
        reportKey(['sites', site, 'hosts', host], `"${host}" is reserved for selectors`);
      siteOf.set(host, site);
    }
  }
  const sites = new Set(Object.keys(raw.sites));
  const planned = Object.keys(raw.planned ?? {});
  const services = built === undefined ? undefined : new Set([...built, ...planned]);

  const expect = (
    kind: string,
    known: ReadonlySet<string>,
    named: string | undefined,
    path: Path,
    key = false,
  ) => {
    if (named === undefined || known.has(named)) return;
    const more = didYouMean(named, known);
    (key ? reportKey : report)(
      path,
      `no ${kind} is called "${named}"${more === undefined ? '' : `; ${more}`}`,
    );
  };
  const hosts: ReadonlySet<string> = new Set(siteOf.keys());
  const groups = new Set(Object.keys(raw.groups ?? {}));

  const expectServices = (list: readonly string[] | undefined, path: Path) => {
    for (const [index, service] of (list ?? []).entries()) {
      if (services !== undefined) expect('built or planned service', services, service, [...path, index]);
      if ((list ?? []).indexOf(service) !== index)
        report([...path, index], `"${service}" is placed here twice`);
    }
  };

  if (raw.time_zone !== undefined && !isTimeZone(raw.time_zone)) {
    report(['time_zone'], `"${raw.time_zone}" is not an IANA time zone such as UTC or Europe/Helsinki`);
  }
  expect('host', hosts, raw.ssh?.jump, ['ssh', 'jump']);
  expectServices(raw.everywhere, ['everywhere']);
  for (const [name, site] of Object.entries(raw.sites)) {
    expect('host', hosts, site.ssh?.jump, ['sites', name, 'ssh', 'jump']);
    expectServices(site.everywhere, ['sites', name, 'everywhere']);
    for (const [hostName, host] of Object.entries(site.hosts)) {
      const path = ['sites', name, 'hosts', hostName];
      expect('host', hosts, host.ssh?.jump, [...path, 'ssh', 'jump']);
      if (host.ssh?.jump === hostName) report([...path, 'ssh', 'jump'], 'a host cannot be its own jump host');
      expectServices(host.services, [...path, 'services']);
      for (const [index, other] of (host.colocated_with ?? []).entries()) {
        expect('host', hosts, other, [...path, 'colocated_with', index]);
      }
      for (const service of Object.keys(host.settings ?? {})) {
        if (services !== undefined) {
          expect('built or planned service', services, service, [...path, 'settings', service], true);
        }
      }
    }
  }
  for (const [name, members] of Object.entries(raw.groups ?? {})) {
    if (RESERVED.includes(name)) reportKey(['groups', name], `"${name}" is reserved for selectors`);
    if (hosts.has(name)) reportKey(['groups', name], `"${name}" is the name of a host already`);
    for (const [index, member] of members.entries()) expect('host', hosts, member, ['groups', name, index]);
  }
  for (const service of Object.keys(raw.services ?? {})) {
    if (services !== undefined)
      expect('built or planned service', services, service, ['services', service], true);
  }
  for (const host of Object.keys(raw.tunnels ?? {})) expect('host', hosts, host, ['tunnels', host], true);
  for (const [name, quorum] of Object.entries(raw.quorums ?? {})) {
    expect('group', groups, quorum.members, ['quorums', name, 'members']);
    for (const [index, site] of quorum.survives.entries()) {
      expect('site', sites, site, ['quorums', name, 'survives', index]);
    }
  }
  for (const [name, queue] of Object.entries(raw.queues ?? {})) {
    expect('host', hosts, queue.host, ['queues', name, 'host']);
    for (const [index, user] of queue.users.entries())
      expect('host', hosts, user, ['queues', name, 'users', index]);
  }
  for (const site of Object.keys(raw.scrape ?? {})) expect('site', sites, site, ['scrape', site], true);
  const subjects = new Set([...hosts, ...Object.keys(raw.queues ?? {}), 'thresholds']);
  for (const [source, claims] of Object.entries(raw.claims ?? {})) {
    for (const subject of Object.keys(claims)) {
      expect('host or queue', subjects, subject, ['claims', source, subject], true);
    }
  }
  return problems;
}
