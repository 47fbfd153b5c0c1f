import type { CertificateSpec, SecretSpec } from '../../manifest/secret.ts';
import { makeValue } from '../make.ts';
import type { SecretStore } from '../store.ts';
import { daysUntil, knownCertificates } from './known.ts';
import { certificateFacts } from '../x509/pair.ts';

/** A deploy issues anew what is valid for less than so many days: two chances a month before anybody is warned. */
export const RENEW_DAYS = 60;

/**
 * Certificates of a list of secrets that end within some days, or that are for other names than they should be, in the
 * order of their names; none that is in the middle of a rotation.
 *
 * @param now Seconds since the epoch.
 */
export function dueCertificates(
  store: Pick<SecretStore, 'names' | 'entry'>,
  specs: readonly SecretSpec[],
  now: number,
  days: number,
): SecretSpec[] {
  return knownCertificates(store).flatMap(({ secret, notAfter }) => {
    const spec = specs.find((each) => each.secret === secret && each.certificate !== undefined);
    const entry = store.entry(secret);
    if (spec?.certificate === undefined || entry?.public === undefined || entry.rotation !== undefined)
      return [];
    return daysUntil(notAfter, now) < days || !isFor(entry.public, spec.certificate) ? [spec] : [];
  });
}

/** Whether a certificate says what a manifest says that it should: a host may have got another address. */
function isFor(pem: string, spec: CertificateSpec): boolean {
  const { subject, names, addresses } = certificateFacts(pem);
  const same = (a: readonly string[], b: readonly string[]) =>
    new Set(a).symmetricDifference(new Set(b)).size === 0;
  return subject === spec.commonName && same(names, spec.names) && same(addresses, spec.addresses);
}

/**
 * Issues those certificates of a list anew that end soon; hosts get them with their next deploy. Nobody has to hear of
 * it first: who trusts the authority trusts the new one as the old one.
 *
 * @param by Who asked for it.
 * @returns Names of the certificates that were issued.
 */
export async function renewDueCertificates(
  store: SecretStore,
  specs: readonly SecretSpec[],
  by: string,
  now = Date.now() / 1000,
): Promise<string[]> {
  if (dueCertificates(store, specs, now, RENEW_DAYS).length === 0) return [];
  return store.change(by, async (draft) => {
    const due = dueCertificates(draft, specs, now, RENEW_DAYS);
    for (const spec of due) {
      const made = await makeValue(spec, draft);
      await draft.put(spec.secret, made.value, {
        kind: spec.kind,
        public: made.public,
      });
    }
    return due.map(({ secret }) => secret);
  });
}
