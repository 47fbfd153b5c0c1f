import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { FleetCommand } from '../../lib/cli/fleet-command.ts';
import { renderTable, terminalWidth } from '../../lib/common/text/table.ts';
import { ownRecipients } from '../../lib/secrets/identity.ts';
import { openSecretStore } from '../../lib/secrets/open.ts';
import type { SecretReader } from '../../lib/secrets/store.ts';

export default class OperatorsList extends FleetCommand {
  static override summary = 'List who can read the secrets.';
  static override examples = ['<%= config.bin %> <%= command.id %> --context production'];
  static override flags = { ...fleetOptions };

  async run(): Promise<{ operators: (SecretReader & { you: boolean })[] }> {
    const { flags } = await this.parse(OperatorsList);
    const fleet = await this.openFleet(flags);
    const store = await openSecretStore(fleet);
    const own = await ownRecipients(store.identityFile);
    const operators = store
      .operators()
      .map((operator) => ({ ...operator, you: own.includes(operator.recipient) }));
    this.log(
      renderTable(
        [{ header: 'operator' }, { header: 'since' }, { header: 'recipient', shrink: true }],
        operators.map(({ name, since, recipient, you }) => [
          you ? `${name} (you)` : name,
          since.slice(0, 10),
          recipient,
        ]),
        { width: terminalWidth() },
      ),
    );
    return { operators };
  }
}
