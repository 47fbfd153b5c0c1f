import { UndeError } from '../../../common/error/unde-error.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { renderScope } from '../../../desired/scope/scope.ts';
import type { Tunnel } from '../../../inventory/inventory.ts';
import type { Manifest } from '../../../manifest/manifest.ts';
import { gatewayOf, keySecret, WIREGUARD } from '../../../desired/network/tunnels.ts';
import type { DeclaredSecret } from '../../../desired/secrets/declared.ts';
import { makeValue } from '../../../secrets/make.ts';
import type { SecretStore } from '../../../secrets/store.ts';

/** A tunnel whose far end is a RouterOS, which nobody but its operator changes. */
export interface RouterEnd {
  readonly tunnel: Tunnel;
  /** The gateway's name. */
  readonly gateway: string;
}

/** The RouterOS at the far end of the tunnel that a key belongs to; `undefined` where it is a host of ours. */
export function routerEnd(
  fleet: Fleet,
  manifests: readonly Manifest[],
  store: Pick<SecretStore, 'entry' | 'authority'>,
  { name }: Pick<DeclaredSecret, 'name'>,
): RouterEnd | undefined {
  const host = fleet.hosts.find((each) => keySecret(each) === name);
  const manifest = manifests.find((each) => each.name === WIREGUARD);
  const tunnel = fleet.inventory.tunnels.find((each) => each.host === host?.name);
  if (host === undefined || manifest === undefined || tunnel === undefined) return undefined;
  const gateway = gatewayOf(renderScope(fleet, manifests, store, host, manifest));
  return gateway?.kind === 'routeros' ? { tunnel, gateway: gateway.host.name } : undefined;
}

/**
 * Lays a tunnel's new key beside the old one, and says what to type into the RouterOS at its far end. The tunnel is
 * silent between that and the second call.
 *
 * @param told Whether the operator says that RouterOS has the new public key.
 * @throws UndeError FAR_END, until it has been told.
 */
export async function tellRouter(
  store: SecretStore,
  { name, spec }: DeclaredSecret,
  { tunnel, gateway }: RouterEnd,
  by: string,
  told: boolean,
): Promise<void> {
  if (store.entry(name)?.rotation === undefined) {
    await store.change(by, async (draft) => {
      const made = await makeValue(spec, draft);
      await draft.prepare(name, made.value, made.public);
    });
  }
  const entry = store.entry(name);
  // Once the keys have changed places here, the router has long been told.
  if (told || entry?.rotation === 'promoted') return;
  throw new UndeError({
    code: 'FAR_END',
    message: `the far end of ${tunnel.interface} is RouterOS on ${gateway}, which you change yourself`,
    exit: 'refused',
    details: [
      `/interface/wireguard/peers/set [find interface=${tunnel.interface}] public-key="${entry?.nextPublic ?? ''}"`,
    ],
    hint: `enter that line there; the tunnel is silent from then on until: unde secrets rotate ${name} --far-end-told`,
  });
}
