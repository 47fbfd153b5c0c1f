import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineFiles } from '../../src/lib/lab/machine.ts';
import type { ServicePlan } from '../../src/lib/operations/plan/plan.ts';
import { TestFleet, until } from './fleet.ts';
import { askPostgres, loginOf, Writer, type Login } from './postgres-client.ts';
import { PRODUCTION_RIGHTS, REFUSED, RIGHTS, STAGING_RIGHTS } from './postgres-rights.ts';

const PRODUCTION = 'production-db';
const STAGING = 'staging-db';
const INSERT = "INSERT INTO tombstone_registry (operation_id, user_id, kind) VALUES ($1, $1, 'user')";

let fleet: TestFleet;
let scribe: Login;

beforeAll(async () => {
  fleet = await TestFleet.up('postgres', [PRODUCTION, STAGING]);
  await fleet.place('scribe', [PRODUCTION, STAGING]);
});
afterAll(async () => {
  await fleet?.down();
});

/** What the administrator sees, by the console of the host. */
const sql = (host: string, text: string) => {
  // By a file, as what was written under load does not fit into an argument.
  writeFileSync(`${machineFiles(fleet.lab, host).root}/srv/statement.sql`, text);
  const database = host === STAGING ? 'unde_staging' : 'unde_ai';
  return fleet.console(
    host,
    `/usr/lib/postgresql/17/bin/psql -XqAt -h /run/postgresql -U postgres -d ${database} -f /srv/statement.sql 2>&1`,
  );
};
const health = (host: string, service = 'postgres') =>
  fleet.console(host, `/usr/local/lib/unde/${service}-health; echo "code $?"`);
const isWell = (host: string, service = 'postgres') =>
  until(
    `${service} on ${host} to be well`,
    () => health(host, service),
    (said) => said === 'code 0',
  );
const tally = async (host: string) => {
  const body = await fleet.get(host, 8096, '/tally');
  return JSON.parse(body || '{"done":0,"failed":["no answer"]}') as {
    done: number;
    failed: string[];
  };
};
/** How many of these ids the database does not have. */
const missing = async (ids: readonly string[]) => {
  const values = ids.map((id) => `('${id}'::uuid)`).join(',');
  return Number(
    await sql(
      PRODUCTION,
      `SELECT count(*) FROM (VALUES ${values}) w (id) WHERE NOT EXISTS (SELECT FROM tombstone_registry WHERE operation_id = w.id)`,
    ),
  );
};
const writes = (writer: Writer, count: number) =>
  until(
    `${count} writes`,
    () => Promise.resolve(writer.acknowledged.length),
    (seen) => seen >= count,
  );

describe('databases on real machines', () => {
  it('are deployed from nothing, or over the empty cluster of a package, and the second time nothing is to do', async () => {
    // What apt leaves on a bare host: a running cluster without checksums.
    await fleet.console(STAGING, 'pg_createcluster 17 main --start -- --no-data-checksums');
    await fleet.ok('deploy', 'postgres,pgbouncer,postgres-exporter,node-exporter');
    const again = (await fleet.ok('plan', 'postgres,pgbouncer,postgres-exporter', '--json')).json() as {
      plan: ServicePlan[];
    };
    expect(again.plan.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'no change'));
    for (const host of [PRODUCTION, STAGING]) {
      expect(await sql(host, 'SHOW data_checksums')).toBe('on');
      expect(await sql(host, 'SHOW shared_preload_libraries')).toBe('pg_stat_statements');
      expect(await sql(host, "SELECT string_agg(extname, ',' ORDER BY extname) FROM pg_extension")).toBe(
        'pg_stat_statements,plpgsql,vector',
      );
      expect(
        await sql(host, 'SELECT datlocprovider FROM pg_database WHERE datname = current_database()'),
      ).toBe('b');
    }
    expect(await fleet.console(STAGING, 'systemctl is-active postgresql@17-main')).toBe('inactive');
    // The rule's figures reach the server, which fits into a machine of a lab.
    expect(await sql(PRODUCTION, 'SHOW shared_buffers')).toBe('256MB');
  });

  it('are brought to where the files are, and then have nothing pending', async () => {
    for (const database of ['production', 'staging']) {
      const migrated = (await fleet.ok('db', 'migrate', database, '--json')).json() as { applied: unknown[] };
      expect(migrated.applied.length).toBeGreaterThan(4);
    }
    const { databases } = (await fleet.ok('db', 'status', '--json')).json() as {
      databases: { database: string; pending: string[]; problems: string[] }[];
    };
    expect(databases).toMatchObject([
      { database: 'production', pending: [], problems: [] },
      { database: 'staging', pending: [], problems: [] },
    ]);
    expect((await fleet.ok('history', 'postgres', '-n', '4')).stdout).toContain('migrate');
  });

  it('give each role exactly the rights that it needs', async () => {
    expect(await sql(PRODUCTION, RIGHTS)).toBe(PRODUCTION_RIGHTS);
    expect(await sql(STAGING, RIGHTS)).toBe(STAGING_RIGHTS);
  });

  it.each([
    ['production', PRODUCTION],
    ['staging', STAGING],
  ] as const)('refuse each role of %s what it must not do', async (database, host) => {
    for (const [role, statement] of REFUSED[database]) {
      const said = await sql(host, `BEGIN; SET LOCAL ROLE ${role}; ${statement}; ROLLBACK;`);
      expect([role, statement, said]).toEqual([
        role,
        statement,
        expect.stringMatching(/permission denied|must be owner/),
      ]);
    }
  });

  it('keep only what belongs together', async () => {
    const catalogue = `
      INSERT INTO brands (name, title) VALUES ('zara', 'Zara'), ('oysho', 'Oysho');
      INSERT INTO products (brand_id, sku, name, category) SELECT id, '1', 'Shirt', 'shirts' FROM brands;
      INSERT INTO photos (product_id, position, object_key, content_hash)
        SELECT id, 1, 'originals/' || id, sha256(id::text::bytea) FROM products;`;
    const embed = (photo: string, brand = 'p.brand_id') => `
      INSERT INTO sku_image_embeddings (product_id, photo_id, model_id, preprocessing, content_hash, brand_id, category, embedding)
      SELECT p.id, ${photo}, 'm', '1', sha256(''), ${brand}, p.category, (SELECT array_agg(0.1) FROM generate_series(1, 512))::vector
      FROM products p JOIN brands b ON b.id = p.brand_id WHERE b.name = 'zara';`;
    const own = '(SELECT f.id FROM photos f WHERE f.product_id = p.id)';
    const other = '(SELECT f.id FROM photos f WHERE f.product_id <> p.id)';
    const within = (text: string) => sql(PRODUCTION, `BEGIN;${catalogue}${text} ROLLBACK;`);
    // A product that moves to another category takes its embeddings along.
    expect(
      await within(
        `${embed(own)} UPDATE products SET category = 'tops'; SELECT category FROM sku_image_embeddings;`,
      ),
    ).toBe('tops');
    expect(await within(embed(other))).toContain('violates foreign key constraint');
    expect(await within(embed(own, '(SELECT id FROM brands WHERE name = $$oysho$$)'))).toContain(
      'violates foreign key constraint',
    );
    expect(await within(`${embed(own)}${embed(own)}`)).toContain('sku_image_embeddings_sku_photo_model');
    // The index is dropped and built by who owns no table, and searches use it.
    expect(
      await within(`${embed(own)} SET LOCAL ROLE embed_batch; SELECT drop_embeddings_index(); SELECT build_embeddings_index();
        RESET ROLE; SET LOCAL ROLE ximilar_gw; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off;
        EXPLAIN SELECT product_id FROM sku_image_embeddings ORDER BY embedding <=> (SELECT array_agg(0.2) FROM generate_series(1, 512))::vector LIMIT 50;`),
    ).toContain('Index Scan using sku_image_embeddings_hnsw');
  });

  it('forget in staging what is older than 30 days, by the job of the schedule, and keep the rest', async () => {
    await sql(
      STAGING,
      `INSERT INTO products (brand, sku, name, payload, content_hash, last_seen_at)
         SELECT 'zara', n::text, 'x', '{}', sha256(''), now() - n * interval '10 days' FROM generate_series(0, 5) n;
       INSERT INTO photos (product_id, position, source_url) SELECT id, 1, 'https://example.com' FROM products;
       INSERT INTO collage_queue (product_id) SELECT id FROM products;
       UPDATE collage_queue SET status = 'failed', finished_at = now() - interval '31 days'
         WHERE product_id = (SELECT id FROM products WHERE sku = '1');
       INSERT INTO raw_availability (brand, sku, seen_at, in_stock)
         SELECT 'zara', '1', date_trunc('hour', now()) - n * interval '1 day', true FROM generate_series(0, 40) n;
       SELECT make_availability_partition((now() AT TIME ZONE 'UTC')::date - 35);`,
    );
    expect(
      await sql(STAGING, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'raw_availability'::regclass"),
    ).toBe('18');
    await fleet.ok('schedule', 'run', 'cleanup_old_data', '--wait');
    expect(await sql(STAGING, 'SELECT string_agg(sku, $$,$$ ORDER BY sku) FROM products')).toBe('0,1,2');
    expect(await sql(STAGING, 'SELECT count(*) FROM photos')).toBe('3');
    expect(await sql(STAGING, 'SELECT count(*) FROM collage_queue')).toBe('2');
    expect(
      await sql(STAGING, "SELECT count(*) FROM raw_availability WHERE seen_at < now() - interval '30 days'"),
    ).toBe('0');
    expect(await sql(STAGING, 'SELECT count(*) FROM raw_availability')).toBe('30');
    expect(
      await sql(STAGING, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'raw_availability'::regclass"),
    ).toBe('17');
    // A window of 24 hours looks at the partitions of two days, and at what has none.
    const plan = await sql(
      STAGING,
      "EXPLAIN (ANALYZE, COSTS off, TIMING off) SELECT DISTINCT sku FROM raw_availability WHERE (brand, sku) IN (('zara', '1')) AND in_stock AND seen_at >= now() - interval '24 hours' AND seen_at <= now()",
    );
    expect(plan).toMatch(/Subplans Removed: 15/);
    await fleet.ok('schedule', 'run', 'cleanup_old_data', '--wait');
  });

  it('give their metrics under the operators’ names', async () => {
    const metrics = (host: string) => fleet.get(host, 9187, '/metrics');
    // What the exporter asks PostgreSQL, and what a timer writes, comes a moment later.
    const production = await until(
      'the metrics of the catalogue',
      () => metrics(PRODUCTION),
      (text) => text.includes('sku_image_embeddings_hnsw_size_bytes'),
    );
    expect(production).toMatch(/^pg_up 1$/m);
    expect(production).toMatch(/^pg_exporter_last_scrape_error 0$/m);
    expect(production).toMatch(/^sku_image_embeddings_count\{.*\} 0$/m);
    expect(production).toMatch(/^sku_image_embeddings_hnsw_size_bytes\{.*\} \d+/m);
    expect(production).toMatch(/^pg_checksum_failures\{.*datname="unde_ai".*\} 0$/m);
    expect(await metrics(STAGING)).toMatch(/^collage_queue_size\{.*\} 2$/m);
    await until(
      'the metrics of the database',
      () => fleet.on(STAGING, 'cat /var/lib/prometheus/node-exporter/*.prom'),
      (files) =>
        /^unde_postgres_setup_ok 1$/m.test(files) &&
        /^unde_database_info\{database="staging",.*\} 1$/m.test(files),
    );
  });

  it('let a service in by its login, over TLS, as what it is and no more', async () => {
    await fleet.ok('deploy', 'scribe');
    scribe = await loginOf(fleet, 'db-production-scribe', 'unde_ai');
    expect(scribe.user).toBe('local_orchestrator_a');
    const [insert, catalogue, other, drop, become, settings] = await askPostgres(fleet, PRODUCTION, scribe, [
      'INSERT INTO routing_table (user_id, shard_id) VALUES (gen_random_uuid(), 0) RETURNING epoch',
      'SELECT count(*)::int AS products FROM products',
      'SELECT * FROM recognition_requests',
      'DROP TABLE routing_table',
      'SET ROLE postgres',
      "SELECT current_setting('statement_timeout') AS timeout",
    ]);
    expect(insert).toEqual([{ epoch: '1' }]);
    expect(catalogue).toEqual([{ products: 0 }]);
    expect(other).toEqual({
      error: expect.stringContaining('permission denied for table recognition_requests'),
    });
    expect(drop).toEqual({ error: expect.stringContaining('must be owner') });
    expect(become).toEqual({ error: expect.stringContaining('permission denied to set role') });
    // A login does not inherit settings; it has been given its role's.
    expect(settings).toEqual([{ timeout: '5s' }]);
  });

  it('let sixty in at once', async () => {
    const writer = await Writer.start(fleet, PRODUCTION, scribe, { sql: INSERT, underWay: 60 });
    await writes(writer, 600);
    await writer.stop();
    expect(writer.errors).toEqual([]);
    expect(await missing(writer.acknowledged)).toBe(0);
  });

  it('let nobody else in', async () => {
    const { ca: _, ...withoutTls } = scribe;
    const strangers: readonly (readonly [string, Login, string])[] = [
      ['without TLS', withoutTls, 'SSL required'],
      ['with a guessed password', { ...scribe, password: 'guessed' }, 'SASL authentication failed'],
      ['as the administrator', { ...scribe, user: 'postgres' }, 'no such user'],
      ['as the monitoring role', { ...scribe, user: 'monitoring' }, 'no such user'],
      [
        'to another database',
        { ...scribe, database: 'postgres' },
        'no such database|SASL authentication failed',
      ],
      ["to PgBouncer's console", { ...scribe, database: 'pgbouncer' }, 'not allowed'],
    ];
    for (const [how, login, error] of strangers) {
      const [reply] = await askPostgres(fleet, PRODUCTION, login, ['SELECT 1']);
      expect([how, reply]).toEqual([how, { error: expect.stringMatching(error) }]);
    }
    // A login of one database is nobody to the other, and PostgreSQL itself is behind no port at all.
    const [other] = await askPostgres(fleet, STAGING, { ...scribe, database: 'unde_staging' }, ['SELECT 1']);
    expect(other).toEqual({ error: expect.stringContaining('no such user') });
    const [direct] = await askPostgres(fleet, PRODUCTION, scribe, ['SELECT 1'], 5432);
    expect(direct).toEqual({ error: expect.stringContaining('ECONNREFUSED') });
  });

  it('take a new login while they are written to, and no request fails', async () => {
    const before = await tally(PRODUCTION);
    expect(before).toMatchObject({ failed: [] });
    const old = scribe;
    await fleet.ok('secrets', 'rotate', 'db-production-scribe');
    scribe = await loginOf(fleet, 'db-production-scribe', 'unde_ai');
    expect(scribe.user).toBe('local_orchestrator_b');
    expect(await askPostgres(fleet, PRODUCTION, scribe, ['SELECT 1 AS one'])).toEqual([[{ one: 1 }]]);
    expect(await askPostgres(fleet, PRODUCTION, old, ['SELECT 1'])).toEqual([
      { error: expect.stringContaining('SASL authentication failed') },
    ]);
    expect(
      await sql(
        PRODUCTION,
        "SELECT rolcanlogin, rolpassword IS NULL FROM pg_authid WHERE rolname = 'local_orchestrator_a'",
      ),
    ).toBe('f|t');
    for (const host of [PRODUCTION, STAGING]) {
      const after = await until(
        `requests on ${host}`,
        () => tally(host),
        ({ done }) => done > 300,
      );
      expect(after.failed).toEqual([]);
    }
    // The server itself went on all the while.
    expect(await fleet.on(PRODUCTION, 'systemctl show -p NRestarts --value unde-postgres')).toBe('0');
  });

  it('show a new certificate at a reload, and no request fails', async () => {
    const shown = (port: number) =>
      fleet.console(
        PRODUCTION,
        `openssl s_client -starttls postgres -connect 127.0.0.1:${port} </dev/null 2>/dev/null | openssl x509 -noout -serial`,
      );
    const running = () =>
      fleet.console(PRODUCTION, 'systemctl show -p InvocationID --value unde-postgres pgbouncer');
    const [before, processes] = [await shown(6432), await running()];
    await fleet.ok('secrets', 'rotate', `postgres-certificate-${PRODUCTION}`);
    expect(await shown(6432)).toMatch(/^serial=\w+$/);
    expect(await shown(6432)).not.toBe(before);
    expect(await shown(5432)).toBe(await shown(6432));
    expect(await running()).toBe(processes);
    // Each request of the scribe's third loop is a new TLS session.
    expect((await tally(PRODUCTION)).failed).toEqual([]);
  });

  it('killed under load, come back by themselves with everything that was acknowledged', async () => {
    for (const [unit, service] of [
      ['unde-postgres', 'postgres'],
      ['pgbouncer', 'pgbouncer'],
      ['unde-postgres', 'postgres'],
    ] as const) {
      const writer = await Writer.start(fleet, PRODUCTION, scribe, { sql: INSERT, underWay: 8 });
      await writes(writer, 300);
      await fleet.console(PRODUCTION, `kill -9 $(systemctl show -p MainPID --value ${unit})`);
      const at = writer.acknowledged.length;
      await isWell(PRODUCTION, service);
      // Clients need do nothing but go on.
      await writes(writer, at + 300);
      await writer.stop();
      expect(await missing(writer.acknowledged)).toBe(0);
    }
  });

  it('say what is wrong, and where, while PostgreSQL is stopped', async () => {
    await fleet.ok('stop', `postgres+host:${STAGING}`, '-m', 'to see what is said');
    await until(
      'PgBouncer to miss it',
      () => health(STAGING, 'pgbouncer'),
      (said) => /PgBouncer answers, but not PostgreSQL behind it.*\ncode 1/.test(said),
    );
    const status = await fleet.exits(10, 'status', `host:${STAGING}`, '--once');
    expect(status.stdout).toContain('to see what is said');
    const database = await fleet.exits(5, 'db', 'status', 'staging');
    expect(database.stdout).toContain('PostgreSQL does not listen on staging-db');
    await fleet.ok('start', `postgres+host:${STAGING}`);
    await isWell(STAGING);
  });

  it('serve on with a verifier that is damaged, say so, and mend it by a reload', async () => {
    const file = '/etc/credstore.encrypted/unde.postgres.db-production-scribe';
    const reload = 'systemctl reload unde-postgres; echo "reload $?"';
    expect(await fleet.console(PRODUCTION, `cp ${file} /root/kept; echo x >${file}; ${reload}`)).toBe(
      'reload 1',
    );
    expect(await health(PRODUCTION)).toMatch(/^the setup of unde_ai failed: .*\ncode 1$/);
    expect(await askPostgres(fleet, PRODUCTION, scribe, ['SELECT 1 AS one'])).toEqual([[{ one: 1 }]]);
    expect(await fleet.console(PRODUCTION, `cp /root/kept ${file}; ${reload}`)).toBe('reload 0');
    await isWell(PRODUCTION);
  });

  it('stop when their disk is full, say so, and go on by themselves when there is room', async () => {
    await fleet.console(
      PRODUCTION,
      `systemctl stop unde-scribe unde-postgres; mv /var/lib/postgresql /var/lib/postgresql.kept; mkdir /var/lib/postgresql;
       mount -t tmpfs -o size=400m tmpfs /var/lib/postgresql && cp -a /var/lib/postgresql.kept/. /var/lib/postgresql/ && chown postgres: /var/lib/postgresql && systemctl start unde-postgres`,
    );
    await isWell(PRODUCTION);
    const writer = await Writer.start(fleet, PRODUCTION, scribe, { sql: INSERT, underWay: 4 });
    await writes(writer, 100);
    await fleet.console(PRODUCTION, 'head -c 1G /dev/zero >/var/lib/postgresql/ballast');
    await until(
      'writes to fail',
      () => Promise.resolve(writer.errors.length),
      (errors) => errors > 0,
    );
    await until(
      'the health check to say so',
      () => health(PRODUCTION),
      (said) => /the disk of \/var\/lib\/postgresql\/17\/main is full: \d+ MB are left\ncode 1/.test(said),
    );
    const status = await fleet.exits(10, 'status', `postgres+host:${PRODUCTION}`, '--once');
    expect(status.stdout).toContain('is full');
    const at = writer.acknowledged.length;
    await fleet.console(PRODUCTION, 'rm /var/lib/postgresql/ballast');
    await isWell(PRODUCTION);
    await writes(writer, at + 100);
    await writer.stop();
    expect(await missing(writer.acknowledged)).toBe(0);
    await fleet.console(
      PRODUCTION,
      `systemctl stop unde-postgres; cp -a /var/lib/postgresql/. /var/lib/postgresql.kept/; umount /var/lib/postgresql; rmdir /var/lib/postgresql;
       mv /var/lib/postgresql.kept /var/lib/postgresql; systemctl start unde-postgres unde-scribe`,
    );
    await isWell(PRODUCTION);
  });

  it('begin no empty cluster where the disk of the old one is missing', async () => {
    await fleet.console(
      STAGING,
      'systemctl stop unde-postgres; mv /var/lib/postgresql/17/main /var/lib/postgresql/17/away',
    );
    await fleet.console(STAGING, 'systemctl start unde-postgres');
    await until(
      'the journal',
      () => fleet.console(STAGING, 'journalctl -u unde-postgres -n 50 -o cat --no-pager'),
      (said) =>
        /the cluster that was made here \(system identifier \d+\) is not in .*mount its disk, or restore it/.test(
          said,
        ),
    );
    await fleet.console(STAGING, 'mv /var/lib/postgresql/17/away /var/lib/postgresql/17/main');
    await isWell(STAGING);
  });
});
