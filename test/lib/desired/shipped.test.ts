import { readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { assignmentsOf } from '../../../src/lib/desired/assignment.ts';
import { renderScope } from '../../../src/lib/desired/scope/scope.ts';
import type { SecretEntry } from '../../../src/lib/secrets/store.ts';
import { allManifests, catalog, hasManifest, manifestNames } from '../../../src/registry.ts';
import { desiredText, type Rendering } from './desired-text.ts';
import { inventory } from './scope/shipped-scope.ts';
import { testFleet } from './scope/test-scope.ts';

const TEXTS = path.resolve(import.meta.dirname, '../../fixtures/desired');

/** Every secret exists, in its first version; a store's index has no values, only what is public. */
const store = {
  entry: (name: string): SecretEntry => ({
    name,
    kind: 'password',
    version: 'first',
    public: `PUBLIC-PART-OF-${name}`,
    changed: '2026-01-01T00:00:00Z',
    by: 'kim',
  }),
  authority: () => 'CERTIFICATE-OF-THE-AUTHORITY',
};

const renderings = new Map<string, Rendering[]>();
beforeAll(async () => {
  const fleet = testFleet(inventory);
  const manifests = await allManifests();
  const placements = fleet.hosts.flatMap((host) =>
    host.services.filter(hasManifest).map((service) => ({ host, service })),
  );
  for (const { host, desired } of await assignmentsOf(fleet, placements, catalog, store, false)) {
    for (const each of desired) {
      const manifest = await catalog.manifest(each.service);
      const scope = renderScope(fleet, manifests, store, host, manifest);
      renderings.set(each.service, [...(renderings.get(each.service) ?? []), { scope, desired: each }]);
    }
  }
});

/**
 * What every host of the shipped inventory should have, in test/fixtures/desired. A change of what is rendered shows
 * there, and is reviewed there: `vitest run --project unit-own -u test/lib/desired/shipped.test.ts` writes it anew.
 */
describe('the desired state of the shipped fleet', () => {
  it.each(manifestNames())('is the reviewed one for %s', async (service) => {
    const manifest = await catalog.manifest(service);
    const text = desiredText(manifest, renderings.get(service) ?? []);
    expect(text).not.toMatch(/PRIVATE KEY|SCRAM-SHA-256\$\d|AGE-SECRET-KEY/);
    await expect(text).toMatchFileSnapshot(path.join(TEXTS, `${service}.txt`));
  });

  it('has a text for every service that is built, and for no other', () => {
    expect(new Set(readdirSync(TEXTS))).toEqual(new Set(manifestNames().map((name) => `${name}.txt`)));
  });

  it('is the same from another folder, in another time zone', async () => {
    const [zone, folder] = [process.env['TZ'], process.cwd()];
    expect(zone).not.toBe('Pacific/Kiritimati');
    try {
      process.env['TZ'] = 'Pacific/Kiritimati';
      process.chdir('/');
      for (const [service, before] of renderings) {
        const placements = before.map(({ scope }) => ({ host: scope.host, service }));
        const again = await assignmentsOf(testFleet(inventory), placements, catalog, store, false);
        expect(again.flatMap(({ desired }) => desired)).toEqual(before.map(({ desired }) => desired));
      }
    } finally {
      process.chdir(folder);
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });
});
