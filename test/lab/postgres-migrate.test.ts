import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestFleet, until } from './fleet.ts';

const HOST = 'staging-db';
let fleet: TestFleet;
let folder: string;

beforeAll(async () => {
  fleet = await TestFleet.up('migrate', [HOST]);
  await fleet.ok('deploy', 'postgres');
});
afterAll(async () => {
  await fleet?.down();
});
beforeEach(async () => {
  folder = path.join(fleet.directory, 'sql');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await letGo();
  await sql('DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP TABLE IF EXISTS unde.migrations;');
});

const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
const migrate = (...args: string[]) => fleet.unde(['db', 'migrate', 'staging', '--sql', folder, ...args]);
const sql = (text: string) =>
  fleet.console(
    HOST,
    `/usr/lib/postgresql/17/bin/psql -XqAt -h /run/postgresql -U postgres -d unde_staging 2>&1 <<'SQL'\n${text}\nSQL`,
  );
const applied = () => sql("SELECT string_agg(name, ',' ORDER BY number) FROM unde.migrations");
/** A session that somebody has forgotten: it holds what a statement took until it is ended. */
const hold = async (statement: string) => {
  await fleet.console(
    HOST,
    `systemd-run --quiet --unit=forgotten --setenv=PGAPPNAME=forgotten bash -c '(echo "BEGIN; ${statement};"; sleep 600) | /usr/lib/postgresql/17/bin/psql -Xq -h /run/postgresql -U postgres -d unde_staging'`,
  );
  await until(
    'the lock to be held',
    () =>
      sql(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'forgotten' AND state LIKE 'idle in%'",
      ),
    (count) => count === '1',
  );
};
/** Waits until a session is at work on a text that begins so. */
const busy = (begins: string) =>
  until(
    `${begins} to be at it`,
    () =>
      sql(
        `SELECT count(*) FROM pg_stat_activity WHERE query LIKE '${begins}%' AND state = 'active' AND pid <> pg_backend_pid()`,
      ),
    (count) => count === '1',
  );
const letGo = () => fleet.console(HOST, 'systemctl stop forgotten');

describe('unde db migrate, on a real server', () => {
  it('shows what it would do, does it, and has nothing to do the second time', async () => {
    await write('0001_a.sql', 'CREATE TABLE a (id int);');
    await write('0002_b.sql', 'CREATE TABLE b (id int); INSERT INTO b VALUES (1);');
    const plan = await migrate('--plan');
    expect(plan.stdout).toContain('staging on staging-db: 0 of 2 applied\n  + 0001_a.sql\n  + 0002_b.sql');
    expect(await sql("SELECT to_regclass('a') IS NULL")).toBe('t');
    expect((await migrate()).code).toBe(0);
    expect(await applied()).toBe('0001_a.sql,0002_b.sql');
    const again = await migrate('--json');
    expect(again.json()).toMatchObject({ pending: [], applied: [] });
    const history = await fleet.unde(['history', 'postgres', '-n', '1', '--json']);
    expect(history.json()).toMatchObject({
      entries: [
        {
          action: 'migrate',
          result: 'ok',
          who: 'tester@bench',
          reason: 'staging: 0001_a.sql, 0002_b.sql applied',
        },
      ],
    });
  });

  it('keeps nothing of one that fails in its middle, and what came before it', async () => {
    await write('0001_a.sql', 'CREATE TABLE a (id int);');
    await write(
      '0002_b.sql',
      'CREATE TABLE b (id int);\nINSERT INTO a VALUES (1);\nINSERT INTO b VALUES (1/0);\n',
    );
    await write('0003_c.sql', 'CREATE TABLE c (id int);');
    const failed = await migrate();
    expect(failed.code).toBe(7);
    expect(failed.stderr).toContain('0002_b.sql failed, and nothing of it is kept: division by zero');
    expect(await applied()).toBe('0001_a.sql');
    expect(await sql("SELECT to_regclass('b') IS NULL, (SELECT count(*) FROM a)")).toBe('t|0');
    // It was not applied, so it may be edited.
    await write('0002_b.sql', 'CREATE TABLE b (id int);\nCREATE TABEL oops ();');
    const misspelt = await migrate();
    expect(misspelt.stderr).toContain(`${folder}/0002_b.sql:2`);
    await write('0002_b.sql', 'CREATE TABLE b (id int);');
    expect((await migrate()).code).toBe(0);
    expect(await applied()).toBe('0001_a.sql,0002_b.sql,0003_c.sql');
  });

  it('refuses an old one that was edited, with both checksums, and one that comes too late', async () => {
    await write('0001_a.sql', 'CREATE TABLE a (id int);');
    await migrate();
    await write('0001_a.sql', 'CREATE TABLE a (id bigint);');
    await write('0002_b.sql', 'CREATE TABLE b (id int);');
    const refused = await migrate();
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(
      /MIGRATION_EDITED.*0001_a.sql is not the file that was applied on .* by tester@bench/,
    );
    expect(refused.stderr.match(/sha256 [0-9a-f]{64}/g)).toHaveLength(2);
    expect(await sql("SELECT to_regclass('b') IS NULL")).toBe('t');

    await write('0001_a.sql', 'CREATE TABLE a (id int);');
    await sql(
      "INSERT INTO unde.migrations VALUES (3, '0003_theirs.sql', repeat('0', 64), now(), 'eve@laptop', 1)",
    );
    const late = await migrate();
    expect(late.code).toBe(4);
    expect(late.stderr).toContain('MIGRATION_SKIPPED');
    await rm(path.join(folder, '0002_b.sql'));
    const behind = await migrate();
    expect(behind.code).toBe(4);
    expect(behind.stderr).toContain('DATABASE_AHEAD');
    expect(behind.stderr).toContain('by eve@laptop');
  });

  it('lets two operators take turns: the second says who is at it, and then has nothing to do', async () => {
    await hold('SELECT pg_advisory_xact_lock(99)');
    await write('0001_slow.sql', 'CREATE TABLE a (id int); SELECT pg_advisory_xact_lock(99);');
    const begin = (who: string, ...args: string[]) =>
      fleet.start(['db', 'migrate', 'staging', '--sql', folder, ...args], { UNDE_OPERATOR: who });
    const first = begin('kim@ops', '--lock-timeout', '120');
    await busy('CREATE TABLE a');
    const second = begin('eve@laptop', '--wait', '120');
    const third = await begin('max@laptop', '--wait', '0').answer;
    expect(third.code).toBe(6);
    expect(third.stderr).toContain('"unde db migrate by kim@ops" migrates this database since');
    await until(
      'the second to wait',
      () => sql("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE '%eve@laptop'"),
      (count) => Number(count) > 1,
    );
    await letGo();
    const answers = await Promise.all([first.answer, second.answer]);
    expect(answers.map(({ code }) => code)).toEqual([0, 0]);
    expect(answers[1]?.stdout).toContain('waiting for "unde db migrate by kim@ops"');
    expect(answers[1]?.stdout).not.toContain('✔');
    expect(await applied()).toBe('0001_slow.sql');
  });

  it('is free for the next one after an operator’s machine died in the middle, and nothing is half-done', async () => {
    await write('0001_a.sql', 'CREATE TABLE a (id int); SELECT pg_sleep(30);');
    const dying = fleet.start(['db', 'migrate', 'staging', '--sql', folder]);
    await busy('CREATE TABLE a');
    dying.kill();
    await write('0001_a.sql', 'CREATE TABLE a (id int);');
    const next = await migrate();
    expect(next.code, next.stderr).toBe(0);
    expect(await applied()).toBe('0001_a.sql');
  });

  it('waits for a lock no longer than it may, and names who holds it', async () => {
    await write('0001_a.sql', 'CREATE TABLE a (id int);');
    await migrate();
    await hold('SELECT * FROM a');
    await write('0002_column.sql', 'CREATE TABLE b (id int); ALTER TABLE a ADD COLUMN name text;');
    const blocked = await migrate('--lock-timeout', '2');
    expect(blocked.code).toBe(6);
    expect(blocked.stdout).toContain('0002_column.sql waits for a lock:');
    expect(blocked.stderr).toMatch(
      /0002_column.sql did not get a lock within 2 s, and nothing of it is kept/,
    );
    expect(blocked.stderr).toMatch(
      /pid \d+, postgres \(forgotten\), idle in transaction, transaction open for \d+ s: SELECT \* FROM a;/,
    );
    expect(blocked.stderr).toMatch(/pg_terminate_backend\(\d+\)/);
    expect(await sql("SELECT to_regclass('b') IS NULL")).toBe('t');
    await letGo();
    expect((await migrate()).code).toBe(0);
    const history = await fleet.unde(['history', 'postgres', '-n', '2', '--json']);
    expect(history.json()).toMatchObject({ entries: [{ result: 'ok' }, { result: 'failed' }] });
  });

  it('builds an index beside the traffic, and leaves none behind that failed', async () => {
    await write('0001_a.sql', 'CREATE TABLE a (id int); INSERT INTO a VALUES (1), (1);');
    await write(
      '0002_index.sql',
      '-- unde: concurrently\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a_id ON a (id);',
    );
    const failed = await migrate();
    expect(failed.code).toBe(7);
    expect(failed.stderr).toContain('could not create unique index');
    expect(await sql("SELECT to_regclass('a_id') IS NULL")).toBe('t');
    expect(await applied()).toBe('0001_a.sql');
    // One that was killed while it was built is invalid, and would be taken for done by IF NOT EXISTS.
    await sql('CREATE UNIQUE INDEX CONCURRENTLY a_id ON a (id);');
    expect(await sql("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_id'::regclass")).toBe('f');
    await sql('DELETE FROM a WHERE ctid = (SELECT min(ctid) FROM a)');
    expect((await migrate()).code).toBe(0);
    expect(await sql("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_id'::regclass")).toBe('t');
    expect(await applied()).toBe('0001_a.sql,0002_index.sql');
  });

  it('is broken off by Ctrl-C, and what was begun is taken back', async () => {
    await write('0001_a.sql', 'CREATE TABLE a (id int);');
    await write('0002_slow.sql', 'CREATE TABLE b (id int); SELECT pg_sleep(60);');
    const running = fleet.start(['db', 'migrate', 'staging', '--sql', folder]);
    await busy('CREATE TABLE b');
    running.interrupt();
    const answer = await running.answer;
    expect(answer.code).toBe(130);
    expect(answer.stderr).toContain('what was begun is taken back, 1 migration(s) before it stay');
    expect(await applied()).toBe('0001_a.sql');
    expect(await sql("SELECT to_regclass('b') IS NULL")).toBe('t');
  });
});

describe('unde db psql, on a real server', () => {
  it('reads, and writes only when asked to', async () => {
    const read = await fleet.unde(['db', 'psql', 'staging', '-c', 'SELECT 40 + 2 AS answer', '--json']);
    expect(read.json()).toEqual({ code: 0, csv: 'answer\n42' });
    const refused = await fleet.exits(7, 'db', 'psql', 'staging', '-c', 'CREATE TABLE a ()');
    expect(refused.stderr).toContain('cannot execute CREATE TABLE in a read-only transaction');
    await fleet.ok('db', 'psql', 'staging', '--write', '-c', 'CREATE TABLE a ()');
  });

  it('says what it saw as a role', async () => {
    const as = await fleet.unde([
      'db',
      'psql',
      'staging',
      '--role',
      'monitoring',
      '-c',
      'SELECT current_user',
      '--json',
    ]);
    expect(as.json()).toMatchObject({ csv: 'current_user\nmonitoring' });
  });

  it('shows no statement in the arguments of any process', async () => {
    const slow = fleet.start(['db', 'psql', 'staging', '-c', "SELECT pg_sleep(3), 'canary-4711'"]);
    await until(
      'it to run',
      () =>
        sql(
          "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%canary-4711%' AND pid <> pg_backend_pid()",
        ),
      (count) => count === '1',
    );
    expect(await fleet.console(HOST, 'cat /proc/*/cmdline | tr "\\0" " "')).not.toContain('canary-4711');
    expect((await slow.answer).code).toBe(0);
  });
});
