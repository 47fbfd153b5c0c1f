import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Manifest } from '../../../src/lib/manifest/manifest.ts';
import { clientsOf } from '../../../src/platform/pgbouncer/clients.ts';
import { inventory } from '../../lib/desired/scope/shipped-scope.ts';

const table = parse(
  readFileSync(new URL('../../fixtures/spec/credentials.yaml', import.meta.url), 'utf8'),
) as { credentials: { secret: string; used_by: string[] }[] };

/** Who holds a password of a database by the operators' table. */
const holders = (database: string) => [
  ...new Set(
    table.credentials
      .filter(({ secret }) => secret.startsWith(`${database} DB password`))
      .flatMap((row) => row.used_by),
  ),
];
const names = (clients: ReturnType<typeof clientsOf>) =>
  clients.map((client) => ('service' in client ? client.service : 'anybody')).sort();

describe('who may connect to a database', () => {
  it.each(['Production', 'Staging'] as const)('of %s is who may hold its password', (database) => {
    const clients = clientsOf(
      { inventory, manifests: [] },
      database.toLowerCase() as 'production' | 'staging',
    );
    expect(names(clients)).toEqual(holders(database).sort());
  });

  it('is also who says that he uses it', () => {
    const manifests = [
      { name: 'embedder', databases: [{ database: 'staging', role: 'embedder', title: '' }] },
    ] as unknown as Manifest[];
    expect(names(clientsOf({ inventory, manifests }, 'staging'))).toContain('embedder');
    expect(names(clientsOf({ inventory, manifests }, 'production'))).not.toContain('embedder');
  });
});
