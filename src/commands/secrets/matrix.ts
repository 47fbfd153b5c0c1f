import { inventoryFlag } from '../../lib/cli/common-flags.ts';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { renderTable, terminalWidth } from '../../lib/common/text/table.ts';
import { fleetOf } from '../../lib/fleet/fleet.ts';
import { loadInventory } from '../../lib/inventory/load.ts';
import { declaredSecrets } from '../../lib/desired/secrets/declared.ts';
import {
  credentialMatrix,
  MATRIX_COLUMNS,
  matrixCells,
  type MatrixRow,
} from '../../lib/operations/secrets/matrix.ts';
import { catalog, manifestNames } from '../../registry.ts';

export default class SecretsMatrix extends BaseCommand {
  static override summary = 'Show who may hold which secret, as the manifests and the inventory say it.';
  static override description =
    'It covers the whole inventory, and needs neither hosts nor the secrets themselves. Nobody gets a secret who is not in it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = { ...inventoryFlag };

  async run(): Promise<{ rows: MatrixRow[] }> {
    const { flags } = await this.parse(SecretsMatrix);
    const inventory = await loadInventory(flags.inventory, process.env, manifestNames());
    // Nothing is asked of any host: only where each service is placed matters.
    const fleet = await fleetOf(inventory, { name: 'production', lab: '', from: '--context' });
    const nothing = { entry: () => undefined, authority: () => undefined };
    const declared = await declaredSecrets(fleet, catalog, nothing);
    const rows = credentialMatrix(
      declared,
      inventory.hosts.map(({ name }) => name),
    );
    this.log(renderTable(MATRIX_COLUMNS, rows.map(matrixCells), { width: terminalWidth() }));
    return { rows };
  }
}
