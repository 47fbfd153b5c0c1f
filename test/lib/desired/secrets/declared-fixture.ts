import type { SecretSpec } from '../../../../src/lib/manifest/secret.ts';
import type { DeclaredSecret, SecretUse } from '../../../../src/lib/desired/secrets/declared.ts';
import type { SecretEntry } from '../../../../src/lib/secrets/store.ts';

/** A service on a host that uses a secret. */
export function use(service: string, host: string, spec: SecretSpec, form?: SecretSpec['form']): SecretUse {
  const given = form === undefined ? spec : { ...spec, form };
  return { service, host, credential: spec.credential ?? spec.secret, spec: given };
}

/** A password that `holder` holds on host `app`, and `redis` verifies on host `push`. */
export function password(name = 'redis-broker-app', holder = 'app-service'): DeclaredSecret {
  const spec: SecretSpec = { secret: name, kind: 'password', title: `Password ${name}` };
  return {
    name,
    spec,
    holders: [use(holder, 'app', spec)],
    verifiers: [use('redis', 'push', spec, 'sha256')],
  };
}

/** A vendor's token that one service holds on one host. */
export function token(name = 'vendor-token'): DeclaredSecret {
  const spec: SecretSpec = { secret: name, kind: 'brought', title: 'Vendor API token' };
  return { name, spec, holders: [use('gateway', 'gw', spec)], verifiers: [] };
}

/** What a store has, by name. */
export function entries(...list: Partial<SecretEntry>[]): {
  names: () => string[];
  entry: (name: string) => SecretEntry | undefined;
} {
  const full = list.map((parts): SecretEntry => ({
    name: 'vendor-token',
    kind: 'brought',
    version: 'v1',
    changed: '2026-02-01T00:00:00Z',
    by: 'kim',
    ...parts,
  }));
  return {
    names: () => full.map(({ name }) => name),
    entry: (name) => full.find((each) => each.name === name),
  };
}
