import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { fleetOf } from '../../../../src/lib/fleet/fleet.ts';
import type { InventoryFile } from '../../../../src/lib/inventory/inventory.ts';
import { loadInventory } from '../../../../src/lib/inventory/load.ts';
import { declaredSecrets } from '../../../../src/lib/desired/secrets/declared.ts';
import {
  credentialMatrix,
  matrixCells,
  type MatrixRow,
} from '../../../../src/lib/operations/secrets/matrix.ts';
import { catalog, manifestNames } from '../../../../src/registry.ts';

/** The operators' table of who may hold what. */
const TABLE = parse(
  readFileSync(path.resolve(import.meta.dirname, '../../../fixtures/spec/credentials.yaml'), 'utf8'),
) as { credentials: { secret: string; used_by: string[]; note?: string }[] };

/** Which service holds what the table gives to hosts by other names than their own service's. */
const HOLDER: Readonly<Record<string, string>> = {
  'Storage Box credentials': 'pgbackrest',
  'Replication password': 'patroni',
  'Patroni REST API password': 'patroni',
  'etcd TLS certificates': 'etcd',
  'WireGuard private keys': 'wireguard',
  'Grafana admin password': 'grafana',
  'Alertmanager Telegram bot token': 'alertmanager',
  'Alertmanager Slack webhook URL': 'alertmanager',
};

/** Hosts of the table that keep their secret to themselves: RouterOS makes its own key, and shows it to nobody. */
const KEPT_THERE: Readonly<Record<string, readonly string[]>> = { 'WireGuard private keys': ['helsinki-gw'] };

/** Never on a server, or of a thing that is no service. */
const NOWHERE = ['LUKS passphrase (shard NVMe)', 'MikroTik CHR licence'];

/** What stands in neither chapter, but is needed. */
const FURTHER = [/^Redis password of /, / certificates?$/];

let inventory: InventoryFile;
let rows: MatrixRow[];
beforeAll(async () => {
  inventory = await loadInventory(undefined, {}, manifestNames());
  const fleet = await fleetOf(inventory, { name: 'production', lab: '', from: '--context' });
  const nothing = { entry: () => undefined, authority: () => undefined };
  const declared = await declaredSecrets(fleet, catalog, nothing);
  rows = credentialMatrix(
    declared,
    inventory.hosts.map(({ name }) => name),
  );
});

/** The hosts that the table gives a secret to, as far as the service that would hold it there is built. */
function expectedHosts(title: string, usedBy: readonly string[]): string[] {
  return inventory.hosts
    .filter(({ name, site }) =>
      usedBy.some((user) =>
        user === 'every local server'
          ? site === 'local'
          : user.endsWith('*')
            ? name.startsWith(user.slice(0, -1))
            : user === name,
      ),
    )
    .filter(({ name, services }) => {
      const holder = HOLDER[title] ?? name;
      const kept = KEPT_THERE[title]?.includes(name) === true;
      return services.includes(holder) && manifestNames().includes(holder) && !kept;
    })
    .map(({ name }) => name);
}

describe('the credential matrix', () => {
  it.each(TABLE.credentials)(
    "gives $secret to whom the operators' table gives it",
    ({ secret, used_by, note }) => {
      const row = rows.find(({ title }) => title === secret);
      const expected = NOWHERE.includes(secret) ? [] : expectedHosts(secret, used_by);
      expect(row?.hosts ?? []).toEqual(expected);
      if (row !== undefined) expect(row.notes).toEqual(note === undefined ? [] : [note]);
    },
  );

  it('has no row that neither the table nor the list of what it forgot knows', () => {
    const known = TABLE.credentials.map(({ secret }) => secret);
    const strange = rows
      .map(({ title }) => title)
      .filter((title) => !known.includes(title) && !FURTHER.some((pattern) => pattern.test(title)));
    expect(strange).toEqual([]);
  });

  it('tells holders from those who only verify', () => {
    const row = rows.find(({ title }) => title === 'Redis password of the exporter (broker)');
    expect(row).toMatchObject({ services: ['redis-exporter'], hosts: ['push'], verifiers: ['redis'] });
    expect(row && matrixCells(row)).toEqual([row?.title, 'redis-exporter', 'push', 'redis', '']);
  });
});
