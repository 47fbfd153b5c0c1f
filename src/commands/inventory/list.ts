import { inventoryFlag, optionalSelectorArgument } from '../../lib/cli/common-flags.ts';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { renderTable, terminalWidth } from '../../lib/common/text/table.ts';
import {
  INVENTORY_COLUMNS,
  type InventoryEntry,
  hostEntry,
  inventoryRow,
  legend,
} from '../../lib/operations/inventory/listing.ts';
import { loadInventory } from '../../lib/inventory/load.ts';
import { selectHosts } from '../../lib/inventory/selector.ts';
import { hasManifest, manifestNames } from '../../registry.ts';

export default class InventoryList extends BaseCommand {
  static override summary = 'List the hosts of the fleet and what runs on each.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> @local',
    '<%= config.bin %> <%= command.id %> redis,group:shard-0',
    "<%= config.bin %> <%= command.id %> 'phase:1,!posthog' --json",
  ];
  static override args = optionalSelectorArgument('hosts');
  static override flags = { ...inventoryFlag };

  async run(): Promise<{ inventory: string; hosts: InventoryEntry[] }> {
    const { args, flags } = await this.parse(InventoryList);
    const inventory = await loadInventory(flags.inventory, process.env, manifestNames());
    const { hosts } = selectHosts(inventory, args.selector);
    const entries = hosts.map((host) => hostEntry(inventory, host, hasManifest));
    this.log(renderTable(INVENTORY_COLUMNS, entries.map(inventoryRow), { width: terminalWidth() }));
    for (const line of legend(entries)) this.log(line);
    return { inventory: inventory.file, hosts: entries };
  }
}
