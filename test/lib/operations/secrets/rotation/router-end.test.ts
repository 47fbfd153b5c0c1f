import { describe, expect, it } from 'vitest';
import { fleetOf } from '../../../../../src/lib/fleet/fleet.ts';
import { loadInventory } from '../../../../../src/lib/inventory/load.ts';
import { declaredSecrets } from '../../../../../src/lib/desired/secrets/declared.ts';
import { ensureSecrets } from '../../../../../src/lib/desired/secrets/ensure.ts';
import { routerEnd, tellRouter } from '../../../../../src/lib/operations/secrets/rotation/router-end.ts';
import { allManifests, catalog, manifestNames } from '../../../../../src/registry.ts';
import { testStore } from '../../../secrets/folder-store.ts';

const NAME = 'wireguard-local-app';

/** The shipped fleet in production, where the gateway is a RouterOS. */
async function shipped() {
  const { store } = await testStore();
  const inventory = await loadInventory(undefined, {}, manifestNames());
  const fleet = await fleetOf(inventory, { name: 'production', lab: '', from: '--context' });
  const declared = await declaredSecrets(fleet, catalog, store);
  const secret = declared.find(({ name }) => name === NAME)!;
  await ensureSecrets(store, [secret.spec], 'kim');
  const router = routerEnd(fleet, await allManifests(), store, secret);
  return { store, secret, router };
}

describe('a tunnel to RouterOS', () => {
  it('gets its new key in two calls, with a line to enter between them', { timeout: 60_000 }, async () => {
    const { store, secret, router } = await shipped();
    expect(router).toMatchObject({ gateway: 'helsinki-gw', tunnel: { interface: 'wg-app' } });
    const report = (told: boolean) => tellRouter(store, secret, router!, 'kim', told);
    const before = store.entry(NAME);
    const first = await report(false).catch((error: unknown) => error);
    const { nextPublic, rotation } = store.entry(NAME) ?? {};
    expect(rotation).toBe('prepared');
    expect(nextPublic).not.toBe(before?.public);
    const line = `/interface/wireguard/peers/set [find interface=wg-app] public-key="${nextPublic}"`;
    expect(first).toMatchObject({ code: 'FAR_END', details: [line] });
    // The private half is nowhere in it, and asking again makes no third key.
    expect(JSON.stringify(first)).not.toContain(await store.reveal(NAME, 'next'));
    await expect(report(false)).rejects.toMatchObject({ details: [line] });
    await report(true);
    expect(store.entry(NAME)).toMatchObject({ version: before?.version, nextPublic });
  });

  it('is one only where the key is that of a tunnel', async () => {
    const { store } = await testStore();
    const inventory = await loadInventory(undefined, {}, manifestNames());
    const fleet = await fleetOf(inventory, { name: 'production', lab: '', from: '--context' });
    expect(routerEnd(fleet, await allManifests(), store, { name: 'wireguard-nowhere' })).toBeUndefined();
  });
});
