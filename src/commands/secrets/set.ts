import { Args, Flags } from '@oclif/core';
import chalk from 'chalk';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { operatorName } from '../../lib/cli/fleet-command.ts';
import { readSecret } from '../../lib/cli/secret-input.ts';
import { SecretsCommand } from '../../lib/cli/secrets-command.ts';
import { UndeError } from '../../lib/common/error/unde-error.ts';
import { namedSecret } from '../../lib/operations/secrets/naming.ts';
import { setSecret } from '../../lib/secrets/set.ts';
import { placeOf } from '../../lib/operations/secrets/listing.ts';

export default class SecretsSet extends SecretsCommand {
  static override changes = true;
  static override summary =
    'Keep a secret that you bring: from a file, a pipe, or typed without being shown.';
  static override description =
    'The value is never an argument: every user of the machine could read it there, and the shell would write it down. One newline behind it is taken off.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> ximilar-token --context production',
    '<%= config.bin %> <%= command.id %> ximilar-token --file token.txt --yes --context production',
    'pass show ximilar | <%= config.bin %> <%= command.id %> ximilar-token --yes --context production',
  ];
  static override args = {
    name: Args.string({ required: true, description: 'its name in `unde secrets list`' }),
  };
  static override flags = {
    ...fleetOptions,
    ...confirmOptions,
    file: Flags.string({ description: 'a file that holds the value and nothing else' }),
  };
  // More words than one are refused here, without repeating them: they may be the secret.
  static override strict = false;

  async run(): Promise<{ name: string; version: string; holders: string[] }> {
    const { args, flags, argv } = await this.parse(SecretsSet);
    if (argv.length > 1) {
      throw new UndeError({
        code: 'SECRET_AS_ARGUMENT',
        message:
          'a secret is never an argument: it stands in the shell history now, and in the list of processes',
        exit: 'refused',
        hint: `take that value for lost; then: unde secrets set ${args.name}, and paste the new one`,
      });
    }
    const { fleet, store, declared } = await this.openSecrets(flags);
    const secret = namedSecret(args.name, declared);
    await this.askBefore(fleet.context, `Keep a new value of ${secret.name}.`, flags.yes);
    const value = await readSecret(secret.spec.title, {
      file: flags.file,
      stdin: process.stdin,
      prompt: process.stderr,
    });
    const { version } = await setSecret(store, secret.spec, value, operatorName());
    const holders = secret.holders.map(placeOf);
    this.log(`${chalk.green('✔')} ${secret.name} is kept, version ${version}`);
    const services = [...new Set(secret.holders.map(({ service }) => service))];
    if (services.length > 0) {
      this.log(
        `  ${chalk.dim('next')}  unde deploy ${services.join(',')}: brings it to ${holders.join(', ')}`,
      );
    }
    return { name: secret.name, version, holders };
  }
}
