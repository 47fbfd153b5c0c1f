import type { Manifest, RenderScope } from '../../manifest/manifest.ts';
import type { SecretSpec } from '../../manifest/secret.ts';
import { secretsOf } from './secrets-of.ts';
import type { SecretStore } from '../../secrets/store.ts';

/** A credential that a service on a host should have. */
export interface DesiredSecret {
  /** The credential's name on the host. */
  readonly credential: string;
  /** The secret's name in the store. */
  readonly secret: string;
  readonly form: NonNullable<SecretSpec['form']>;
  readonly onChange: NonNullable<SecretSpec['onChange']>;
  /** Which of a secret's two values, while it is being rotated. */
  readonly which: 'current' | 'next';
  /** The value's version; `undefined` while the store does not have it. */
  readonly version: string | undefined;
}

/**
 * The credentials of a service on one host. What only verifies others' secrets gets both values while one is being
 * rotated, so that neither is refused.
 */
export function desiredSecrets(
  manifest: Manifest,
  scope: RenderScope,
  store: Pick<SecretStore, 'entry'>,
): DesiredSecret[] {
  return secretsOf(manifest, scope).flatMap((spec): DesiredSecret[] => {
    const entry = store.entry(spec.secret);
    const form = spec.form ?? 'value';
    const current: DesiredSecret = {
      credential: spec.credential ?? spec.secret,
      secret: spec.secret,
      form,
      onChange: spec.onChange ?? 'restart',
      which: 'current',
      version: entry?.version,
    };
    if (form === 'value' || entry?.next === undefined) return [current];
    return [
      current,
      { ...current, credential: `${current.credential}.next`, which: 'next', version: entry.next },
    ];
  });
}
