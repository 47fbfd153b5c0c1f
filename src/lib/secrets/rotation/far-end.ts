import { UndeError } from '../../error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { renderScope } from '../../fleet/scope.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { gatewayOf, keySecret, WIREGUARD } from '../../network/tunnels.ts';
import { makeValue } from '../make.ts';
import type { DeclaredSecret } from '../declared.ts';
import type { SecretStore } from '../store.ts';

/**
 * Where the far end of a tunnel is a RouterOS, which nobody but its operator changes: lays the new key beside the old
 * one, and says what to type there. The tunnel is silent between that and the second call of the command.
 *
 * @param told Whether the operator says that RouterOS has the new public key.
 * @throws UndeError FAR_END, until it has been told.
 */
export async function tellFarEnd(
  fleet: Fleet,
  manifests: readonly Manifest[],
  store: SecretStore,
  { name, spec }: DeclaredSecret,
  by: string,
  told: boolean,
): Promise<void> {
  const host = fleet.hosts.find((each) => keySecret(each) === name);
  const manifest = manifests.find((each) => each.name === WIREGUARD);
  const tunnel = fleet.inventory.tunnels.find((each) => each.host === host?.name);
  if (host === undefined || manifest === undefined || tunnel === undefined) return;
  const gateway = gatewayOf(renderScope(fleet, manifests, store, host, manifest));
  if (gateway?.kind !== 'routeros') return;
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
    message: `the far end of ${tunnel.interface} is RouterOS on ${gateway.host.name}, which you change yourself`,
    exit: 'refused',
    details: [
      `/interface/wireguard/peers/set [find interface=${tunnel.interface}] public-key="${entry?.nextPublic ?? ''}"`,
    ],
    hint: `enter that line there; the tunnel is silent from then on until: unde secrets rotate ${name} --far-end-told`,
  });
}
