import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { FleetCommand } from '../../lib/cli/fleet-command.ts';
import { renderTable, terminalWidth } from '../../lib/common/text/table.ts';
import { ownRecipients } from '../../lib/secrets/identity.ts';
import { openSecretStore } from '../../lib/secrets/open.ts';
import {
  listOperators,
  type ListedOperator,
  OPERATOR_COLUMNS,
  operatorRow,
} from '../../lib/operations/operators/list.ts';

export default class OperatorsList extends FleetCommand {
  static override summary = 'List who can read the secrets.';
  static override examples = ['<%= config.bin %> <%= command.id %> --context production'];
  static override flags = { ...fleetOptions };

  async run(): Promise<{ operators: ListedOperator[] }> {
    const { flags } = await this.parse(OperatorsList);
    const fleet = await this.openFleet(flags);
    const store = await openSecretStore(fleet);
    const own = await ownRecipients(store.identityFile);
    const operators = listOperators(store.operators(), own);
    this.log(renderTable(OPERATOR_COLUMNS, operators.map(operatorRow), { width: terminalWidth() }));
    return { operators };
  }
}
