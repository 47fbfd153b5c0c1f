import { Args } from '@oclif/core';
import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { FleetCommand, operatorName } from '../../lib/cli/fleet-command.ts';
import { terminalWidth } from '../../lib/common/text/table.ts';
import { databaseOf, DATABASES } from '../../lib/manifest/endpoints/database.ts';
import { databaseNotes } from '../../lib/operations/db/database-notes.ts';
import { renderDatabases } from '../../lib/operations/db/render.ts';
import { databaseStatus } from '../../lib/operations/db/database-status.ts';
import { databaseHost, hasDatabase } from '../../lib/operations/db/database-host.ts';

export default class DbStatus extends FleetCommand {
  static override summary = 'Show the databases: server, size, connections, and where the schema stands.';
  static override description =
    'The exit code is 5 where a database does not answer, and 10 where its schema does not fit the migrations in sql/; migrations that wait to be applied are no fault.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context lab',
    '<%= config.bin %> <%= command.id %> production --json',
  ];
  static override args = {
    database: Args.string({ description: `${DATABASES.join(' or ')}; all that there are unless named` }),
  };
  static override flags = fleetOptions;

  async run(): Promise<{ databases: readonly Record<string, unknown>[] }> {
    const { args, flags } = await this.parse(DbStatus);
    const asked = args.database === undefined ? undefined : databaseOf(args.database);
    const fleet = await this.openFleet(flags);
    const databases =
      asked === undefined ? DATABASES.filter((database) => hasDatabase(fleet, database)) : [asked];
    // In a lab without any of their hosts, the error says which host to boot.
    if (databases.length === 0) databaseHost(fleet, 'production');
    const found = await Promise.all(
      databases.map((database) => databaseStatus(fleet, database, operatorName())),
    );
    this.log(renderDatabases(found, { timeZone: fleet.inventory.timeZone, width: terminalWidth() }));
    for (const status of found) for (const note of databaseNotes(status)) this.log(note);
    this.endWith({
      unreachable: found.some(({ error }) => error !== undefined),
      unhealthy: found.some(({ problems }) => problems.length > 0),
    });
    return {
      databases: found.map(({ error, ...rest }) => (error ? { ...rest, error: error.toJSON() } : rest)),
    };
  }
}
