import { inventoryFlag } from '../../lib/cli/common-flags.ts';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { renderTable, terminalWidth } from '../../lib/common/text/table.ts';
import { loadInventory } from '../../lib/inventory/load.ts';
import { RULE_COLUMNS, ruleList, ruleRow, type RuleEntry } from '../../lib/operations/alerts/rule-list.ts';
import { allManifests, manifestNames } from '../../registry.ts';

export default class AlertsRules extends BaseCommand {
  static override summary =
    'List every alert rule: what it watches, its threshold, how long before it fires.';
  static override description =
    'Thresholds stand in the manifests; `thresholds:` of the inventory overrides them by metric, and null there turns a metric’s alerts off.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = { ...inventoryFlag };

  async run(): Promise<{ rules: RuleEntry[] }> {
    const { flags } = await this.parse(AlertsRules);
    const inventory = await loadInventory(flags.inventory, process.env, manifestNames());
    const rules = ruleList(await allManifests(), inventory.thresholds, 'docs/runbooks');
    this.log(renderTable(RULE_COLUMNS, rules.map(ruleRow), { width: terminalWidth() }));
    return { rules };
  }
}
