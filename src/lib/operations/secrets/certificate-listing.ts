import chalk from 'chalk';
import type { Column } from '../../common/text/table.ts';
import type { DeclaredSecret } from '../../desired/secrets/declared.ts';
import { AUTHORITY } from '../../secrets/entry.ts';
import { placeOf } from './listing.ts';
import type { SecretStore } from '../../secrets/store.ts';
import { daysUntil } from '../../secrets/certificates/known.ts';
import { type CertificateFacts, certificateFacts } from '../../secrets/x509/pair.ts';

/** A certificate as `unde pki list --json` prints it. */
export interface ListedCertificate extends CertificateFacts {
  /** Its name among the secrets. */
  readonly name: string;
  /** Whole days until its end; negative once it is past. */
  readonly days: number;
  /** `service on host` of those who have it. */
  readonly holders: readonly string[];
}

/** The columns of {@link certificateRow}. */
export const CERTIFICATE_COLUMNS: readonly Column[] = [
  { header: 'certificate' },
  { header: 'subject' },
  { header: 'names', shrink: true },
  { header: 'expires' },
  { header: 'days', align: 'right' },
  { header: 'where', shrink: true },
];

/**
 * The certificates of a store, those that end first at the top.
 *
 * @param now Seconds since the epoch.
 */
export function listCertificates(
  declared: readonly DeclaredSecret[],
  store: Pick<SecretStore, 'names' | 'entry'>,
  now: number,
): ListedCertificate[] {
  return store
    .names()
    .flatMap((name): ListedCertificate[] => {
      const entry = store.entry(name);
      if (entry?.kind !== 'certificate' || entry.public === undefined) return [];
      const facts = certificateFacts(entry.public);
      const holders = declared.find((secret) => secret.name === name)?.holders ?? [];
      return [{ name, ...facts, days: daysUntil(facts.notAfter, now), holders: holders.map(placeOf) }];
    })
    .sort((a, b) => a.notAfter - b.notAfter);
}

/** A certificate as a row of the table. */
export function certificateRow(certificate: ListedCertificate): string[] {
  const { name, subject, names, addresses, notAfter, days, holders } = certificate;
  const colour = days < 0 ? chalk.red : days < 30 ? chalk.yellow : chalk.reset;
  return [
    name,
    subject,
    [...names, ...addresses].join(', '),
    colour(new Date(notAfter * 1000).toISOString().slice(0, 10)),
    colour(String(days)),
    name === AUTHORITY ? 'signs the others' : holders.join(', '),
  ];
}
