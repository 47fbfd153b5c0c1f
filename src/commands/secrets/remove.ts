import { Args } from '@oclif/core';
import chalk from 'chalk';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { operatorName } from '../../lib/cli/fleet-command.ts';
import { SecretsCommand } from '../../lib/cli/secrets-command.ts';
import { UndeError } from '../../lib/common/error/unde-error.ts';
import { unknownSecret } from '../../lib/operations/secrets/naming.ts';
import { placeOf } from '../../lib/operations/secrets/listing.ts';

export default class SecretsRemove extends SecretsCommand {
  static override changes = true;
  static override summary = 'Forget a secret that no service needs any more.';
  static override examples = ['<%= config.bin %> <%= command.id %> old-token --context production'];
  static override args = {
    name: Args.string({ required: true, description: 'its name in `unde secrets list`' }),
  };
  static override flags = { ...fleetOptions, ...confirmOptions };

  async run(): Promise<{ name: string }> {
    const { args, flags } = await this.parse(SecretsRemove);
    const { fleet, store, declared } = await this.openSecrets(flags);
    if (store.entry(args.name) === undefined) throw unknownSecret(args.name, store.names());
    const holders = declared.find(({ name }) => name === args.name)?.holders ?? [];
    if (holders.length > 0) {
      throw new UndeError({
        code: 'SECRET_IN_USE',
        message: `${holders.map(placeOf).join(', ')} cannot do without "${args.name}"`,
        exit: 'refused',
        hint: `another value for it: unde secrets rotate ${args.name}, or unde secrets set ${args.name}`,
      });
    }
    await this.askBefore(fleet.context, `Forget the secret ${args.name}.`, flags.yes);
    await store.change(operatorName(), async (draft) => draft.remove(args.name));
    this.log(`${chalk.green('✔')} ${args.name} is forgotten`);
    return { name: args.name };
  }
}
