import type { Manifest, RenderScope } from '../../../src/lib/manifest/manifest.ts';
import { manifest as base } from '../../../src/platform/base/manifest.ts';
import { testScope } from '../../lib/desired/scope/test-scope.ts';

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
  const inventory = `
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
`;
  return testScope({
    inventory,
    host: 'db',
    manifest: base,
    manifests: [base, ...(changes.manifests ?? [])],
    context: changes.context,
  });
}

/** The text of one rendered file; `undefined` where it is not rendered. */
export function rendered(scope: RenderScope, path: string): string | undefined {
  return base.files(scope).find((file) => file.path === path)?.content;
}
