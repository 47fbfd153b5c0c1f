import type { Host, Inventory } from './inventory.ts';

/** A service's settings on one host: what the host overrides, over what the service has everywhere. */
export function settingsFor(
  inventory: Inventory,
  host: Host,
  service: string,
): Readonly<Record<string, unknown>> {
  return { ...inventory.services[service]?.settings, ...host.settings[service] };
}
