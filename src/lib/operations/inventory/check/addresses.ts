import ipaddr from 'ipaddr.js';
import { areColocated } from '../../../inventory/address-claims.ts';
import type { Host } from '../../../inventory/inventory.ts';
import { type Finding, type CheckSubject, hostLine, lineOf, listed } from './finding.ts';

/** Addresses and ids that stand for two machines, and addresses outside their site. */
export function checkAddresses(fleet: CheckSubject): readonly Finding[] {
  return [
    ...claimedAddresses(fleet),
    ...twoAddresses(fleet),
    ...coTenants(fleet),
    ...strangers(fleet),
    ...repeatedIds(fleet),
    ...overlaps(fleet),
  ];
}

function claimedAddresses({ inventory }: CheckSubject): Finding[] {
  return sharing(inventory.hosts, ({ address }) => address)
    .filter((hosts) => hosts.some((a) => hosts.some((b) => a !== b && !areColocated(a, b))))
    .map((hosts) => {
      const names = hosts.map(({ name }) => name);
      const last = hosts.at(-1) as Host;
      const others = names.slice(0, -1);
      const earlier = hosts
        .slice(0, -1)
        .map((host) => `${host.name} on line ${hostLine(inventory, host, 'address')}`);
      return {
        code: 'ADDRESS_CLAIMED',
        severity: 'error',
        message: `${last.address} is claimed by ${listed(names)} (${earlier.join(', ')}); deploys to them are refused`,
        line: hostLine(inventory, last, 'address'),
        hint: `give one of them an address of its own, or, if they are one machine: colocated_with: [${others.join(', ')}]`,
      };
    });
}

function twoAddresses({ inventory }: CheckSubject): Finding[] {
  return inventory.hosts.flatMap((host) =>
    host.colocatedWith.flatMap((name, index): Finding[] => {
      const other = inventory.hosts.find((each) => each.name === name);
      if (other === undefined || other.address === host.address) return [];
      return [
        {
          code: 'COLOCATED_APART',
          severity: 'error',
          message: `${host.name} (${host.address}) is declared to be the same machine as ${name} (${other.address})`,
          line: hostLine(inventory, host, 'colocated_with', index),
          hint: 'one machine has one address here: correct one of them, or delete the declaration',
        },
      ];
    }),
  );
}

function coTenants({ inventory }: CheckSubject): Finding[] {
  return inventory.hosts
    .filter(({ also }) => also !== undefined && also.length > 0)
    .map((host) => ({
      code: 'ADDRESS_CO_TENANT',
      severity: 'warning',
      message: `${host.address} is ${host.name} and also the older ${listed(host.also ?? [])}: they live and die together`,
      line: hostLine(inventory, host, 'also'),
      hint: `move ${listed(host.also ?? [])} to a host of its own, then delete \`also\``,
    }));
}

function strangers({ inventory }: CheckSubject): Finding[] {
  return inventory.hosts.flatMap((host) => {
    const site = inventory.sites.find(({ name }) => name === host.site);
    if (site === undefined || ipaddr.IPv4.parse(host.address).match(ipaddr.IPv4.parseCIDR(site.network)))
      return [];
    return {
      code: 'ADDRESS_OUTSIDE_SITE',
      severity: 'error',
      message: `${host.name} has ${host.address}, outside ${site.name}'s network ${site.network}`,
      line: hostLine(inventory, host, 'address'),
      hint: `correct the address, or move ${host.name} to the site that it is in`,
    };
  });
}

function repeatedIds({ inventory }: CheckSubject): Finding[] {
  return sharing(inventory.hosts, ({ id }) => id).map((hosts) => ({
    code: 'ID_REPEATED',
    severity: 'error',
    message: `${hosts[0]?.id} is the id of ${listed(hosts.map(({ name }) => name))}`,
    line: hostLine(inventory, hosts.at(-1) as Host, 'id'),
    hint: 'give each server an id of its own',
  }));
}

function overlaps({ inventory }: CheckSubject): Finding[] {
  return inventory.sites.flatMap((site, index) =>
    inventory.sites
      .slice(0, index)
      .filter((other) => networksOverlap(site.network, other.network))
      .map((other) => ({
        code: 'SITES_OVERLAP',
        severity: 'error',
        message: `the networks of ${other.name} (${other.network}) and ${site.name} (${site.network}) overlap`,
        line: lineOf(inventory, 'sites', site.name, 'network'),
        hint: 'no route between sites can tell such addresses apart: renumber one of them',
      })),
  );
}

function networksOverlap(a: string, b: string): boolean {
  const [addressA, prefixA] = ipaddr.IPv4.parseCIDR(a);
  const [addressB, prefixB] = ipaddr.IPv4.parseCIDR(b);
  return addressA.match(addressB, Math.min(prefixA, prefixB));
}

/** The sets of two or more hosts for which a key is the same. */
function sharing(hosts: readonly Host[], key: (host: Host) => string): Host[][] {
  return [...Map.groupBy(hosts, key).values()].filter((group) => group.length > 1);
}
