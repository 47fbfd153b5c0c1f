import { Args, Flags } from '@oclif/core';
import { execa } from 'execa';
import { confirmOptions, inventoryFlag, longContextFlag } from '../../lib/cli/common-flags.ts';
import { FleetCommand, operatorName } from '../../lib/cli/fleet-command.ts';
import { UndeError } from '../../lib/common/error/unde-error.ts';
import { databaseOf, DATABASES } from '../../lib/manifest/endpoints/database.ts';
import { databaseHost } from '../../lib/operations/db/database-host.ts';
import { psqlCommand } from '../../lib/operations/db/psql.ts';
import { opensshCommand } from '../../lib/fleet/ssh/openssh.ts';

export default class DbPsql extends FleetCommand {
  static override changes = true;
  static override summary = 'Open psql on a database’s host, or run statements there.';
  static override description =
    'As the administrator, by the user on the host: no password. The session only reads, unless --write is given. As with psql itself, -c is a statement; the context has its long name here. Statements may also come by standard input.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> staging --context lab',
    `<%= config.bin %> <%= command.id %> production -c 'SELECT count(*) FROM products'`,
    `<%= config.bin %> <%= command.id %> production --role ximilar_gw -c 'SELECT user_id FROM routing_table'`,
    '<%= config.bin %> <%= command.id %> staging --write < repair.sql',
  ];
  static override args = {
    database: Args.string({ required: true, description: DATABASES.join(' or ') }),
  };
  static override flags = {
    ...longContextFlag,
    ...inventoryFlag,
    ...confirmOptions,
    command: Flags.string({ char: 'c', description: 'run these statements, and end' }),
    write: Flags.boolean({ char: 'w', description: 'let the session write' }),
    role: Flags.string({ description: 'take on a role, to see what it may, e.g. ximilar_gw' }),
  };

  async run(): Promise<{ code: number; csv?: string }> {
    const { args, flags } = await this.parse(DbPsql);
    const database = databaseOf(args.database);
    const { command, write, role } = flags;
    if (command !== undefined && /^(lab(:.*)?|production)$/.test(command)) throw meantContext(command);
    const fleet = await this.openFleet(flags);
    const host = databaseHost(fleet, database);
    if (write) await this.askBefore(fleet.context, `Write to ${database} on ${host.name}?`, flags.yes);
    const csv = this.jsonEnabled();
    const script = command !== undefined || csv || !process.stdin.isTTY;
    const remote = psqlCommand({ database, by: operatorName(), write, role, script, csv });
    const [file = 'ssh', ...rest] = opensshCommand(fleet.target(host), remote);
    const result = await execa(file, [...(script ? [] : ['-t']), ...rest], {
      ...(command === undefined ? { stdin: 'inherit' } : { input: `${command}\n` }),
      stdout: csv ? 'pipe' : 'inherit',
      stderr: 'inherit',
      reject: false,
    });
    const code = result.exitCode ?? 1;
    // OpenSSH ends with 255 when it could not connect; any other code is psql's own.
    this.endWith({ unreachable: code === 255, failed: code !== 0 });
    return { code, ...(csv ? { csv: String(result.stdout) } : {}) };
  }
}

function meantContext(context: string): UndeError {
  return new UndeError({
    code: 'NOT_SQL',
    message: `-c is a statement here, as with psql, and "${context}" is none`,
    exit: 'usage',
    hint: `--context ${context}`,
  });
}
