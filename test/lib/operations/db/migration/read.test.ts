import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DATABASES } from '../../../../../src/lib/manifest/endpoints/database.ts';
import { migrationsFolder, readMigrations } from '../../../../../src/lib/operations/db/migration/read.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'migrations-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (...names: string[]) =>
  Promise.all(names.map((name) => writeFile(path.join(folder, name), 'SELECT 1;')));

describe('readMigrations', () => {
  it('reads the files in the order of their numbers, and nothing else', async () => {
    await write('0002_b.sql', '0001_a.sql', 'README.md');
    expect((await readMigrations(folder)).map(({ name }) => name)).toEqual(['0001_a.sql', '0002_b.sql']);
  });

  it('refuses a gap, and says which number is free', async () => {
    await write('0001_a.sql', '0003_c.sql');
    await expect(readMigrations(folder)).rejects.toMatchObject({
      code: 'MIGRATION_GAP',
      message: 'there is no migration 0002, but 0003_c.sql',
      hint: 'number them one after the other; this one would be 0002',
    });
  });

  it('refuses two of one number, as two branches make them', async () => {
    await write('0001_a.sql', '0002_b.sql', '0002_c.sql');
    await expect(readMigrations(folder)).rejects.toMatchObject({
      code: 'MIGRATION_GAP',
      message: 'two migrations have the number 0002',
    });
  });

  it('says which folder it wanted', async () => {
    await expect(readMigrations('/nowhere/sql')).rejects.toMatchObject({
      code: 'NO_MIGRATIONS',
      where: { file: '/nowhere/sql' },
    });
  });

  it.each(DATABASES)('reads those that ship for %s', async (database) => {
    expect((await readMigrations(migrationsFolder(database))).length).toBeGreaterThan(4);
  });
});
