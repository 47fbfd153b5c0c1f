import { Args } from '@oclif/core';
import chalk from 'chalk';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { FleetCommand, operatorName } from '../../lib/cli/fleet-command.ts';
import { ownRecipients } from '../../lib/secrets/identity.ts';
import { openSecretStore } from '../../lib/secrets/open.ts';
import { removeOperator, type RemovedOperator } from '../../lib/secrets/operators.ts';

export default class OperatorsRemove extends FleetCommand {
  static override changes = true;
  static override summary = 'Take an operator out: every file is encrypted anew, without them.';
  static override description =
    'What somebody could read they may have kept, and the history of the repository keeps the old files: rotate what they knew.';
  static override examples = ['<%= config.bin %> <%= command.id %> kim --context production'];
  static override args = {
    name: Args.string({ required: true, description: 'as `unde operators list` calls them' }),
  };
  static override flags = { ...fleetOptions, ...confirmOptions };

  async run(): Promise<{ name: string } & RemovedOperator> {
    const { args, flags } = await this.parse(OperatorsRemove);
    const fleet = await this.openFleet(flags);
    const store = await openSecretStore(fleet);
    await this.askBefore(fleet.context, `Take ${args.name} out.`, flags.yes);
    const own = await ownRecipients(store.identityFile);
    const removed = await removeOperator(store, args.name, operatorName(), own, flags.yes);
    this.log(`${chalk.green('✔')} ${args.name} is out: ${removed.known.length} encrypted anew`);
    if (removed.known.length > 0) {
      this.log(
        `${chalk.yellow('!')} they knew these ${removed.known.length} values, and may know them still`,
      );
      this.log(`  ${chalk.dim('next')}  unde secrets rotate --all`);
      for (const name of removed.brought) this.log(`  ${chalk.dim('next')}  unde secrets set ${name}`);
    }
    return { name: args.name, ...removed };
  }
}
