import chalk from 'chalk';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { FleetCommand, operatorName } from '../../lib/cli/fleet-command.ts';
import { openSecretStore } from '../../lib/secrets/open.ts';

export default class OperatorsReencrypt extends FleetCommand {
  static override hiddenAliases = ['operators:encrypt'];
  static override changes = true;
  static override summary = 'Encrypt every secret anew, to exactly the operators there are.';
  static override description =
    'Needed after a merge of two branches, one with a new operator and one with a new secret; `unde secrets check` tells.';
  static override examples = ['<%= config.bin %> <%= command.id %> --context production'];
  static override flags = { ...fleetOptions, ...confirmOptions };

  async run(): Promise<{ encrypted: number }> {
    const { flags } = await this.parse(OperatorsReencrypt);
    const fleet = await this.openFleet(flags);
    const store = await openSecretStore(fleet);
    await this.askBefore(
      fleet.context,
      `Encrypt ${store.names().length} secret(s) anew to ${store.operators().length} operator(s).`,
      flags.yes,
    );
    await store.change(operatorName(), (draft) => draft.setOperators(draft.operators()));
    const encrypted = store.names().length;
    this.log(
      `${chalk.green('✔')} ${encrypted} secret(s) encrypted anew to ${store.operators().length} operator(s)`,
    );
    return { encrypted };
  }
}
