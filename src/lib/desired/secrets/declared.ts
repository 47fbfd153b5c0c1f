import type { Fleet } from '../../fleet/fleet.ts';
import { manifestsOf, renderScope } from '../scope/scope.ts';
import type { Catalog } from '../../manifest/catalog.ts';
import type { SecretSpec } from '../../manifest/secret.ts';
import { secretsOf } from './secrets-of.ts';
import type { SecretStore } from '../../secrets/store.ts';

/** A service on a host that gets something of a secret. */
export interface SecretUse {
  readonly host: string;
  readonly service: string;
  readonly credential: string;
  readonly spec: SecretSpec;
}

/** A secret as all manifests together declare it. */
export interface DeclaredSecret {
  readonly name: string;
  /** What says most of it: the spec of a holder where there is one. */
  readonly spec: SecretSpec;
  /** Who holds the value. */
  readonly holders: readonly SecretUse[];
  /** Who holds only what verifies it. */
  readonly verifiers: readonly SecretUse[];
}

/** Every secret that the services on a fleet's hosts need, in the order of their names. */
export async function declaredSecrets(
  fleet: Fleet,
  catalog: Catalog,
  store: Pick<SecretStore, 'entry' | 'authority'>,
): Promise<DeclaredSecret[]> {
  const manifests = await manifestsOf(catalog);
  const uses = fleet.hosts.flatMap((host) =>
    manifests
      .filter(({ name }) => host.services.includes(name))
      .flatMap((manifest) =>
        secretsOf(manifest, renderScope(fleet, manifests, store, host, manifest)).map((spec): SecretUse => ({
          host: host.name,
          service: manifest.name,
          credential: spec.credential ?? spec.secret,
          spec,
        })),
      ),
  );
  const byName = Map.groupBy(uses, ({ spec }) => spec.secret);
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, all]) => {
      const holders = all.filter(({ spec }) => (spec.form ?? 'value') === 'value');
      const verifiers = all.filter((use) => !holders.includes(use));
      return { name, spec: specOf(all, holders), holders, verifiers };
    });
}

/** One spec of a secret: a holder's, filled up from the others, since who verifies it may say less, or more. */
function specOf(all: readonly SecretUse[], holders: readonly SecretUse[]): SecretSpec {
  const { form: _form, ...merged } = Object.assign(
    {},
    ...all.map(({ spec }) => spec),
    ...holders.map(({ spec }) => spec),
  ) as SecretSpec;
  return merged;
}
