import path from 'node:path';
import { Args, Flags } from '@oclif/core';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { FleetCommand, operatorName } from '../../lib/cli/fleet-command.ts';
import { interruptSignal } from '../../lib/cli/interrupt.ts';
import { showingMigrations } from '../../lib/cli/migration-progress.ts';
import { administer } from '../../lib/operations/db/administration.ts';
import { databaseOf, DATABASES, type Database } from '../../lib/manifest/endpoints/database.ts';
import { assertInOrder, compareMigrations } from '../../lib/operations/db/migration/compare.ts';
import { describePlan } from '../../lib/operations/db/migration/describe.ts';
import { readHistory } from '../../lib/operations/db/migration/history.ts';
import { migrateDatabase, type Applied } from '../../lib/operations/db/migration/migrate-database.ts';
import { migrationsFolder, readMigrations } from '../../lib/operations/db/migration/read.ts';

interface MigrateAnswer {
  readonly database: Database;
  readonly host: string;
  readonly pending: readonly string[];
  readonly applied: readonly Applied[];
}

export default class DbMigrate extends FleetCommand {
  static override changes = true;
  static override summary = 'Bring a database to where the migrations in sql/ are.';
  static override description =
    'Each file is a transaction of its own: one that fails leaves nothing behind, and those before it stay. Two operators take turns. A file that was edited after it was applied is refused. A statement waits for a lock no longer than --lock-timeout, since everybody else waits behind it; who was in the way is named.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> staging --context lab',
    '<%= config.bin %> <%= command.id %> production --plan',
    '<%= config.bin %> <%= command.id %> production --lock-timeout 2 --yes',
  ];
  static override args = {
    database: Args.string({ required: true, description: DATABASES.join(' or ') }),
  };
  static override flags = {
    ...fleetOptions,
    ...confirmOptions,
    plan: Flags.boolean({ description: 'show what would be applied, and change nothing' }),
    'lock-timeout': Flags.integer({
      description: 'seconds that a statement may wait for a lock',
      default: 5,
      min: 1,
      max: 600,
    }),
    wait: Flags.integer({
      description: 'seconds to wait for somebody else’s migration',
      default: 60,
      min: 0,
      max: 3600,
    }),
    sql: Flags.string({ description: 'folder with the migrations, instead of the package’s own' }),
  };

  async run(): Promise<MigrateAnswer> {
    const { args, flags } = await this.parse(DbMigrate);
    const database = databaseOf(args.database);
    const files = await readMigrations(path.resolve(flags.sql ?? migrationsFolder(database)));
    const fleet = await this.openFleet(flags);
    const by = operatorName();
    const signal = interruptSignal('what is not committed is taken back');
    return administer(
      fleet,
      database,
      `unde db migrate by ${by}`,
      async (administration) => {
        const { host } = administration;
        const session = await administration.session();
        const comparison = compareMigrations(files, await readHistory(session));
        assertInOrder(comparison);
        this.log(describePlan(database, host.name, files, comparison.pending));
        const pending = comparison.pending.map(({ name }) => name);
        if (flags.plan || pending.length === 0) return { database, host: host.name, pending, applied: [] };
        await this.askBefore(fleet.context, `Apply ${pending.length} to ${database}?`, flags.yes);
        const options = {
          by,
          lockTimeoutMs: flags['lock-timeout'] * 1000,
          waitMs: flags.wait * 1000,
        };
        const shown = { log: (line: string) => this.log(line), quiet: this.jsonEnabled(), signal };
        const applied = await showingMigrations(pending, shown, (onEvent) =>
          migrateDatabase(administration, database, session, files, { ...options, onEvent }, signal),
        );
        return { database, host: host.name, pending, applied };
      },
      signal,
    );
  }
}
