import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fleetOf } from '../../../../src/lib/fleet/fleet.ts';
import { parseInventory } from '../../../../src/lib/inventory/parse.ts';
import type { Catalog } from '../../../../src/lib/manifest/catalog.ts';
import type { PlatformManifest } from '../../../../src/lib/manifest/manifest.ts';
import type { SecretSpec } from '../../../../src/lib/manifest/secret.ts';
import { declaredSecrets } from '../../../../src/lib/desired/secrets/declared.ts';

const FILE = path.resolve(import.meta.dirname, '../../../../inventory.yaml');

const platform = (name: string, parts: Partial<PlatformManifest>): PlatformManifest => ({
  kind: 'platform',
  name,
  purpose: name,
  packages: [],
  unit: `${name}.service`,
  rolling: 'independent',
  health: { command: 'true', startSeconds: 1, stableSeconds: 1 },
  metrics: [],
  settings: [],
  files: () => [],
  ...parts,
});
/** Verifies the login before anybody who holds it is looked at: push stands before recognition in the inventory. */
const verified: SecretSpec = {
  secret: 'db-production-recognition',
  kind: 'database-login',
  title: 'as its verifier calls it',
  form: 'scram-sha-256',
  onChange: 'reload',
};
const manifests = [
  platform('redis', { secrets: (scope) => (scope.host.name === 'push' ? [verified] : []) }),
  platform('recognition', {
    databases: [
      { database: 'production', role: 'recognition', title: 'Production DB password', note: 'a note' },
    ],
    redis: [{ instance: 'broker', user: 'recognition', rules: '', title: 'Redis password' }],
  }),
];
const catalog: Catalog = {
  has: (name) => manifests.some((manifest) => manifest.name === name),
  names: () => manifests.map(({ name }) => name),
  manifest: (name) => Promise.resolve(manifests.find((manifest) => manifest.name === name)!),
  directory: () => '',
};

describe('declaredSecrets', () => {
  it('brings together who holds a secret and who verifies it, in the words of those who hold it', async () => {
    const inventory = parseInventory(readFileSync(FILE, 'utf8'), FILE);
    // Only where the two services are placed matters, not what they are set to.
    const hosts = inventory.hosts.map((host) => ({ ...host, settings: {} }));
    const context = { name: 'production', lab: '', from: '--context' } as const;
    const fleet = await fleetOf({ ...inventory, hosts, services: {} }, context);
    const nothing = { entry: () => undefined, authority: () => undefined };
    const declared = await declaredSecrets(fleet, catalog, nothing);
    expect(declared.map(({ name }) => name)).toEqual([
      'db-production-recognition',
      'redis-broker-recognition',
    ]);
    const [login] = declared;
    expect(login?.spec).toMatchObject({
      kind: 'database-login',
      role: 'recognition',
      title: 'Production DB password',
      note: 'a note',
    });
    expect(login?.spec.form).toBeUndefined();
    expect(login?.holders).toMatchObject([{ service: 'recognition', host: 'recognition' }]);
    expect(login?.verifiers).toMatchObject([
      {
        service: 'redis',
        host: 'push',
        credential: 'db-production-recognition',
        spec: { form: 'scram-sha-256' },
      },
    ]);
  });
});
