import { createHash } from 'node:crypto';
import { daysUntil, knownCertificates } from '../../secrets/certificates/known.ts';
import type { DeclaredSecret } from '../../desired/secrets/declared.ts';
import { recipientsDigest } from '../../secrets/draft.ts';
import { AUTHORITY } from '../../secrets/entry.ts';
import type { HostCredential } from './host-credentials.ts';
import type { Index, IndexValue } from '../../secrets/index-file.ts';
import { valueFile } from '../../secrets/folder.ts';
import { outdatedUses, placeOf } from './listing.ts';
import type { SecretEntry, SecretStore } from '../../secrets/store.ts';

/** Something that is wrong with the secrets. */
export interface SecretFinding {
  readonly rule:
    | 'missing'
    | 'undeclared'
    | 'unused'
    | 'shared-value'
    | 'recipients'
    | 'file'
    | 'age'
    | 'expiry'
    | 'rotation'
    | 'left-behind'
    | 'outdated';
  readonly secret: string;
  readonly message: string;
  /** What to type next. */
  readonly hint: string;
}

/** How long before its end a certificate is reported, in days. */
export const WARN_DAYS = 30;

type Entries = Pick<SecretStore, 'names' | 'entry'>;

/** Secrets that a placed service needs, and that the store does not have. */
export function missingSecrets(declared: readonly DeclaredSecret[], store: Entries): SecretFinding[] {
  return declared
    .filter(({ name }) => store.entry(name) === undefined)
    .map(({ name, spec, holders, verifiers }) => ({
      rule: 'missing',
      secret: name,
      message: `${spec.title}: ${[...holders, ...verifiers].map(placeOf).join(', ')} cannot be deployed without it`,
      hint: spec.kind === 'brought' ? `unde secrets set ${name}` : 'unde secrets generate',
    }));
}

/**
 * Secrets that nobody needs: no manifest names them, or nobody who would hold the value is placed anywhere.
 *
 * @param known Names of secrets of all services that are built.
 * @param held Names of secrets of those that are placed, on hosts that this context does not have too.
 */
export function needlessSecrets(
  declared: readonly DeclaredSecret[],
  known: ReadonlySet<string>,
  held: ReadonlySet<string>,
  store: Entries,
): SecretFinding[] {
  return store
    .names()
    .filter((name) => name !== AUTHORITY)
    .flatMap((name): SecretFinding[] => {
      const found = declared.find((secret) => secret.name === name);
      const hint = `unde secrets remove ${name}`;
      if (found === undefined && !known.has(name)) {
        return [{ rule: 'undeclared', secret: name, message: 'no manifest declares it', hint }];
      }
      if ((found?.holders.length ?? 0) > 0 || held.has(name)) return [];
      return [
        { rule: 'unused', secret: name, message: 'no service that holds it is placed on any host', hint },
      ];
    });
}

/** Secrets with the same value: whoever holds one of them holds the other. */
export function sharedValues(values: ReadonlyMap<string, string>): SecretFinding[] {
  const digest = (value: string) => createHash('sha256').update(value).digest('hex');
  const byDigest = Map.groupBy(values, ([, value]) => digest(value));
  return [...byDigest.values()].flatMap((same) => {
    const names = same.map(([name]) => name);
    return names.slice(1).map((name): SecretFinding => ({
      rule: 'shared-value',
      secret: name,
      message: `it has the same value as ${names[0]}: whoever holds one holds both`,
      hint: `give one of them a value of its own: unde secrets rotate ${name}, or unde secrets set ${name}`,
    }));
  });
}

/** An encrypted file as it lies in the folder. */
export interface FoundFile {
  readonly digest: string;
  readonly recipients: number;
}

/** Files that are not what the index says, or not encrypted to exactly the operators there are. */
export function fileFindings(index: Index, files: ReadonlyMap<string, FoundFile>): SecretFinding[] {
  const recipients = Object.values(index.operators).map(({ recipient }) => recipient);
  const wanted = recipientsDigest(recipients);
  const known = new Map<string, { secret: string; value: Pick<IndexValue, 'file' | 'recipients'> }>();
  for (const [secret, entry] of Object.entries(index.secrets)) {
    known.set(valueFile(secret), { secret, value: entry });
    if (entry.next !== undefined) known.set(valueFile(secret, 'next'), { secret, value: entry.next });
  }
  const named = [...known].flatMap(([file, { secret, value }]): SecretFinding[] => {
    const found = files.get(file);
    if (found?.digest !== value.file) {
      const what = found === undefined ? 'is not there' : 'is not the file that the index names';
      const hint = 'after a merge, take the file and its entry in index.yaml from the same side';
      return [{ rule: 'file', secret, message: `${file} ${what}`, hint }];
    }
    if (value.recipients === wanted && found.recipients === recipients.length) return [];
    const hint = 'unde operators reencrypt';
    return [
      {
        rule: 'recipients',
        secret,
        message: `${file} is not encrypted to exactly the operators of now`,
        hint,
      },
    ];
  });
  const strange = [...files.keys()]
    .filter((file) => !known.has(file))
    .map((file): SecretFinding => ({
      rule: 'file',
      secret: file.replace(/(\.next)?\.age$/, ''),
      message: `${file} is not in the index`,
      hint: 'after a merge, its entry in index.yaml was left out; else delete it',
    }));
  return [...named, ...strange];
}

/**
 * Values older than a limit. Certificates have their own end, and the authority is made for ten years.
 *
 * @param now Seconds since the epoch.
 */
export function oldSecrets(store: Entries, now: number, maxDays: number): SecretFinding[] {
  return entriesOf(store)
    .filter(({ kind }) => kind !== 'certificate')
    .flatMap(({ name, kind, changed }): SecretFinding[] => {
      const days = Math.floor((now - Date.parse(changed) / 1000) / 86_400);
      if (days <= maxDays) return [];
      const hint = kind === 'brought' ? `unde secrets set ${name}` : `unde secrets rotate ${name}`;
      return [{ rule: 'age', secret: name, message: `it is ${days} days old`, hint }];
    });
}

/** Certificates that end soon, or have ended. */
export function endingCertificates(store: Entries, now: number): SecretFinding[] {
  return knownCertificates(store).flatMap(({ secret, notAfter }): SecretFinding[] => {
    const days = daysUntil(notAfter, now);
    if (days >= WARN_DAYS) return [];
    const message = days < 0 ? `expired ${-days} day(s) ago` : `expires in ${days} day(s)`;
    return [{ rule: 'expiry', secret, message, hint: 'unde pki renew' }];
  });
}

/** Rotations that were begun and not ended. */
export function openRotations(store: Entries): SecretFinding[] {
  return entriesOf(store)
    .filter(({ rotation }) => rotation !== undefined)
    .map(({ name }) => ({
      rule: 'rotation',
      secret: name,
      message: 'a rotation was begun, and both values are still accepted',
      hint: `unde secrets rotate ${name}`,
    }));
}

/** Credentials on hosts that nobody there should have any more, and those that are not of the current version. */
export function hostFindings(
  declared: readonly DeclaredSecret[],
  store: Entries,
  credentials: readonly HostCredential[],
): SecretFinding[] {
  const uses = declared.flatMap(({ holders, verifiers }) => [...holders, ...verifiers]);
  const left = credentials.filter(
    ({ host, service, credential }) =>
      !uses.some(
        (use) =>
          use.host === host &&
          use.service === service &&
          (credential === use.credential || credential === `${use.credential}.next`),
      ),
  );
  const outdated = declared.flatMap(({ name, holders, verifiers }): SecretFinding[] => {
    const entry = store.entry(name);
    const old = entry === undefined ? [] : outdatedUses([...holders, ...verifiers], entry, credentials);
    if (old.length === 0) return [];
    const hint = `unde deploy ${[...new Set(old.map(({ service }) => service))].join(',')}`;
    return [
      {
        rule: 'outdated',
        secret: name,
        message: `another version is on ${old.map(placeOf).join(', ')}`,
        hint,
      },
    ];
  });
  return [
    ...left.map(({ host, service, credential }): SecretFinding => ({
      rule: 'left-behind',
      secret: credential,
      message: `${host} still holds it for ${service}, which has no use for it there`,
      hint: `unde exec host:${host} -- rm /etc/credstore.encrypted/unde.${service}.${credential}, then rotate it`,
    })),
    ...outdated,
  ];
}

function entriesOf(store: Entries): SecretEntry[] {
  return store.names().flatMap((name) => store.entry(name) ?? []);
}
