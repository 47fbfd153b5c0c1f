import type { Host } from '../../../inventory/inventory.ts';
import { type Finding, type CheckSubject, hostLine, lineOf, listed } from './finding.ts';

/** Hosts and exporters that the hand-written scrape lists leave out, and targets that are nobody's. */
export function checkMonitoring(fleet: CheckSubject): readonly Finding[] {
  const { inventory } = fleet;
  if (inventory.scrape === undefined) return [];
  const targets = new Set(Object.values(inventory.scrape).flat());
  const scraped = new Set([...targets].map((target) => target.split(':')[0]));
  const missing = inventory.hosts.flatMap((host): Finding[] => {
    if (!scraped.has(host.address)) {
      return [
        {
          code: 'HOST_NOT_SCRAPED',
          severity: 'warning',
          message: `${host.name} (${host.address}) is in no scrape list: nobody would notice its death`,
          line: hostLine(inventory, host, 'address'),
          hint: `add ${targetsOf(fleet, host)} to scrape.${host.site}`,
        },
      ];
    }
    const absent = exporters(fleet, host).filter(({ port }) => !targets.has(`${host.address}:${port}`));
    if (absent.length === 0) return [];
    return [
      {
        code: 'EXPORTER_NOT_SCRAPED',
        severity: 'warning',
        message: `${host.name} runs ${listed(absent.map(({ name }) => name))}, which no scrape list names`,
        line: hostLine(inventory, host, 'services'),
        hint: `add ${absent.map(({ port }) => `${host.address}:${port}`).join(', ')} to scrape.${host.site}`,
      },
    ];
  });
  const addresses = new Set(inventory.hosts.map(({ address }) => address));
  const strays = Object.entries(inventory.scrape).flatMap(([site, list]) =>
    list.flatMap((target, index): Finding[] => {
      const address = target.split(':')[0] ?? '';
      if (addresses.has(address)) return [];
      return [
        {
          code: 'TARGET_WITHOUT_HOST',
          severity: 'warning',
          message: `${target} is scraped, but no host has that address`,
          line: lineOf(inventory, 'scrape', site, index),
          hint: 'correct the address, or delete the line',
        },
      ];
    }),
  );
  return [...missing, ...strays];
}

function targetsOf(fleet: CheckSubject, host: Host): string {
  const ports = exporters(fleet, host).map(({ port }) => `${host.address}:${port}`);
  return ports.length === 0 ? `a target at ${host.address}` : ports.join(', ');
}

/** What on a host exposes metrics, as far as the inventory and the manifests know. */
function exporters({ inventory, manifests }: CheckSubject, host: Host): { name: string; port: number }[] {
  return host.services.flatMap((name) => {
    const manifest = manifests.find((each) => each.name === name);
    if (manifest !== undefined) {
      const exposes = manifest.metrics.length > 0 || name.endsWith('-exporter');
      return exposes && manifest.port !== undefined ? { name, port: manifest.port } : [];
    }
    const port = inventory.planned[name]?.port;
    return port !== undefined && name.endsWith('-exporter') ? { name, port } : [];
  });
}
