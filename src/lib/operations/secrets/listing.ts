import chalk from 'chalk';
import type { Column } from '../../common/text/table.ts';
import { formatAge } from '../../common/text/time.ts';
import type { SecretKind } from '../../manifest/secret.ts';
import type { DeclaredSecret, SecretUse } from '../../desired/secrets/declared.ts';
import { type HostCredential, versionOnHost } from './host-credentials.ts';
import type { SecretEntry, SecretStore } from '../../secrets/store.ts';

/** A secret as `unde secrets list --json` prints it. */
export interface ListedSecret {
  readonly name: string;
  readonly title: string;
  readonly kind: SecretKind;
  readonly note?: string;
  /** `null` where the store does not have it. */
  readonly version: string | null;
  /** Seconds since the value was made. */
  readonly ageSeconds: number | null;
  readonly rotation?: SecretEntry['rotation'];
  /** `service on host` of those who hold the value. */
  readonly holders: readonly string[];
  /** `service on host` of those who only verify it. */
  readonly verifiers: readonly string[];
  /** Those of both who still have another version; absent where the hosts were not asked. */
  readonly outdated?: readonly string[];
}

/** The columns of {@link secretRow}. */
export const SECRET_COLUMNS: readonly Column[] = [
  { header: 'secret' },
  { header: 'kind' },
  { header: 'version' },
  { header: 'age', align: 'right' },
  { header: 'held by', shrink: true },
  { header: 'title', shrink: true },
  { header: 'state', shrink: true },
];

/**
 * Every secret that is declared or kept.
 *
 * @param now Seconds since the epoch.
 * @param credentials What the hosts hold, where they were asked.
 */
export function listSecrets(
  declared: readonly DeclaredSecret[],
  store: Pick<SecretStore, 'names' | 'entry'>,
  now: number,
  credentials?: readonly HostCredential[],
): ListedSecret[] {
  const names = new Set([...declared.map(({ name }) => name), ...store.names()]);
  return [...names].sort().flatMap((name) => {
    const found = declared.find((each) => each.name === name);
    const entry = store.entry(name);
    const kind = entry?.kind ?? found?.spec.kind;
    if (kind === undefined) return [];
    const uses = [...(found?.holders ?? []), ...(found?.verifiers ?? [])];
    return [
      {
        name,
        title: found?.spec.title ?? '',
        kind,
        ...(found?.spec.note === undefined ? {} : { note: found.spec.note }),
        version: entry?.version ?? null,
        ageSeconds: entry === undefined ? null : Math.max(0, now - Date.parse(entry.changed) / 1000),
        ...(entry?.rotation === undefined ? {} : { rotation: entry.rotation }),
        holders: (found?.holders ?? []).map(placeOf),
        verifiers: (found?.verifiers ?? []).map(placeOf),
        ...(credentials === undefined || entry === undefined
          ? {}
          : { outdated: outdatedUses(uses, entry, credentials).map(placeOf) }),
      },
    ];
  });
}

/** Who has a credential of this secret on a host, but not the current version of it. */
export function outdatedUses(
  uses: readonly SecretUse[],
  entry: SecretEntry,
  credentials: readonly HostCredential[],
): SecretUse[] {
  return uses.filter((use) => {
    const there = versionOnHost(credentials, use);
    return there !== undefined && there !== entry.version;
  });
}

/** `service on host`. */
export function placeOf({ service, host }: { readonly service: string; readonly host: string }): string {
  return `${service} on ${host}`;
}

/** A secret as a row of the table. */
export function secretRow(secret: ListedSecret): string[] {
  return [
    secret.name,
    secret.kind,
    secret.version ?? '',
    secret.ageSeconds === null ? '' : formatAge(secret.ageSeconds),
    secret.holders.join(', '),
    secret.title,
    stateOf(secret),
  ];
}

function stateOf({ version, rotation, outdated = [], holders, verifiers, title }: ListedSecret): string {
  if (version === null) return chalk.red('missing');
  if (rotation !== undefined) return chalk.yellow('being rotated');
  if (outdated.length > 0) return chalk.yellow(`old on ${outdated.join(', ')}`);
  return holders.length + verifiers.length === 0 && title === '' ? chalk.dim('no service needs it') : '';
}
