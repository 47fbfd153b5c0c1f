import type { Column } from '../../common/text/table.ts';
import type { DeclaredSecret } from '../../desired/secrets/declared.ts';

/** A row of the credential matrix: who may hold what. */
export interface MatrixRow {
  /** As operators call it, e.g. `Production DB password`. */
  readonly title: string;
  /** Names in the store; a title may stand for a secret a service each. */
  readonly secrets: readonly string[];
  /** Hosts that hold a value, in the order of the inventory. */
  readonly hosts: readonly string[];
  /** Services that hold a value. */
  readonly services: readonly string[];
  /** Services that get only what verifies it. */
  readonly verifiers: readonly string[];
  readonly notes: readonly string[];
}

/** The columns of {@link matrixCells}. */
export const MATRIX_COLUMNS: readonly Column[] = [
  { header: 'secret', shrink: true },
  { header: 'held by' },
  { header: 'on', shrink: true },
  { header: 'verified by' },
  { header: 'note', shrink: true },
];

/** Who may hold which secret, as the manifests say it; rows in the order of their titles. */
export function credentialMatrix(declared: readonly DeclaredSecret[], hosts: readonly string[]): MatrixRow[] {
  const held = declared.filter(({ holders }) => holders.length > 0);
  const byTitle = Map.groupBy(held, ({ spec }) => spec.title);
  return [...byTitle]
    .sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
    .map(([title, secrets]) => {
      const holders = secrets.flatMap((secret) => secret.holders);
      return {
        title,
        secrets: secrets.map(({ name }) => name),
        hosts: hosts.filter((host) => holders.some((use) => use.host === host)),
        services: distinct(holders.map(({ service }) => service)),
        verifiers: distinct(secrets.flatMap(({ verifiers }) => verifiers).map(({ service }) => service)),
        notes: distinct(secrets.flatMap(({ spec }) => (spec.note === undefined ? [] : [spec.note]))),
      };
    });
}

/** A row of the matrix as a row of the table. */
export function matrixCells({ title, hosts, services, verifiers, notes }: MatrixRow): string[] {
  return [title, services.join(', '), hosts.join(', '), verifiers.join(', '), notes.join('; ')];
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
