import { Args } from '@oclif/core';
import chalk from 'chalk';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { FleetCommand, operatorName } from '../../lib/cli/fleet-command.ts';
import { openSecretStore } from '../../lib/secrets/open.ts';
import { addOperator } from '../../lib/secrets/operators.ts';

export default class OperatorsAdd extends FleetCommand {
  static override changes = true;
  static override summary = 'Let somebody read the secrets: every file is encrypted anew, to them too.';
  static override description =
    'They tell you their recipient, the public half of their key. Compare it with them over another way than the one it came by.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> kim age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p --context production',
  ];
  static override args = {
    name: Args.string({ required: true, description: 'what they are called' }),
    recipient: Args.string({ required: true, description: 'their age recipient: age1…' }),
  };
  static override flags = { ...fleetOptions, ...confirmOptions };

  async run(): Promise<{ name: string; encrypted: number }> {
    const { args, flags } = await this.parse(OperatorsAdd);
    const fleet = await this.openFleet(flags);
    const store = await openSecretStore(fleet);
    await this.askBefore(
      fleet.context,
      `Let ${args.name} read ${store.names().length} secret(s).`,
      flags.yes,
    );
    await addOperator(store, args.name, args.recipient, operatorName());
    const encrypted = store.names().length;
    this.log(`${chalk.green('✔')} ${args.name} can read the secrets: ${encrypted} encrypted anew`);
    return { name: args.name, encrypted };
  }
}
