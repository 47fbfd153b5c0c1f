import { parseInventory } from '../../../src/lib/inventory/parse.ts';
import { settingsFor } from '../../../src/lib/inventory/settings.ts';
import type { Manifest, RenderScope } from '../../../src/lib/manifest/manifest.ts';
import { settingValues } from '../../../src/lib/desired/units/service-unit.ts';
import { manifest as base } from '../../../src/platform/base/manifest.ts';

export const KIM = `ssh-ed25519 ${'A'.repeat(68)} kim@laptop`;
export const ALEX = `ssh-ed25519 ${'B'.repeat(68)} alex@desk`;

interface Changes {
  /** YAML. */
  readonly operators?: string;
  readonly user?: string;
  readonly settings?: string;
  readonly services?: string;
  readonly context?: RenderScope['context'];
  readonly manifests?: readonly Manifest[];
}

/** What the manifest sees on the one host of a small fleet. */
export function baseScope(changes: Changes = {}): RenderScope {
  const inventory = parseInventory(
    `
time_zone: Europe/Helsinki
operators: ${changes.operators ?? `{ kim: { ssh: ['${KIM}'] } }`}
sites:
  helsinki:
    network: 10.1.0.0/16
    phase: 1
    hosts:
      db: { id: H1, address: 10.1.0.4, status: running, task: data, services: [${changes.services ?? ''}], ssh: { user: ${changes.user ?? 'root'} } }
services:
  base: { settings: ${changes.settings ?? '{}'} }
`,
    '/fleet/inventory.yaml',
  );
  const [host] = inventory.hosts;
  if (host === undefined) throw new Error('the fixture has no host');
  return {
    host,
    settings: settingValues(base, settingsFor(inventory, host, 'base')),
    inventory,
    hosts: inventory.hosts,
    manifests: changes.manifests ?? [],
    context: changes.context ?? 'production',
  } as Partial<RenderScope> as RenderScope;
}

/** The text of one rendered file; `undefined` where it is not rendered. */
export function rendered(scope: RenderScope, path: string): string | undefined {
  return base.files(scope).find((file) => file.path === path)?.content;
}
