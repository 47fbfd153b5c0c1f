import { inventoryFlag } from '../../lib/cli/common-flags.ts';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { checkInventory } from '../../lib/operations/inventory/check/check.ts';
import { type PlacedFinding, placed, renderFindings } from '../../lib/operations/inventory/check/report.ts';
import { loadInventory } from '../../lib/inventory/load.ts';
import { allManifests, manifestNames } from '../../registry.ts';

export default class InventoryCheck extends BaseCommand {
  static override summary =
    'Find what is wrong with the inventory or contradicts itself; exit code 10 on errors.';
  static override description =
    'Looks at the file only and touches no host. An error stops or endangers a deploy, or breaks a promise that the ' +
    'inventory makes; a warning is for an operator to know or to settle.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --inventory rehearsal.yaml --json',
  ];
  static override flags = { ...inventoryFlag };

  async run(): Promise<{ inventory: string; errors: number; warnings: number; findings: PlacedFinding[] }> {
    const { flags } = await this.parse(InventoryCheck);
    const inventory = await loadInventory(flags.inventory, process.env, manifestNames());
    const findings = checkInventory({ inventory, manifests: await allManifests() });
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    this.log(renderFindings(inventory, findings, process.cwd()));
    this.endWith({ unhealthy: errors > 0 });
    return {
      inventory: inventory.file,
      errors,
      warnings: findings.length - errors,
      findings: findings.map((finding) => placed(inventory, finding)),
    };
  }
}
