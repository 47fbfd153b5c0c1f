import { Flags } from '@oclif/core';
import { inventoryFlag, optionalSelectorArgument } from '../../lib/cli/common-flags.ts';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { GRAPH_FORMATS, renderGraph } from '../../lib/operations/inventory/graph.ts';
import { loadInventory } from '../../lib/inventory/load.ts';
import { selectHosts } from '../../lib/inventory/selector.ts';
import { hasManifest, manifestNames } from '../../registry.ts';

export default class InventoryGraph extends BaseCommand {
  static override summary = 'Draw who runs where, as a tree, for Graphviz or for Mermaid.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> @local --format mermaid',
    '<%= config.bin %> <%= command.id %> --format dot | dot -Tsvg > fleet.svg',
  ];
  static override args = optionalSelectorArgument('hosts');
  static override flags = {
    ...inventoryFlag,
    format: Flags.option({
      options: GRAPH_FORMATS,
      default: 'text' as const,
      description: 'form of the drawing',
    })(),
  };

  async run(): Promise<{ format: string; graph: string }> {
    const { args, flags } = await this.parse(InventoryGraph);
    const inventory = await loadInventory(flags.inventory, process.env, manifestNames());
    const { hosts } = selectHosts(inventory, args.selector);
    const graph = renderGraph({ sites: inventory.sites, hosts, isBuilt: hasManifest }, flags.format);
    this.log(graph);
    return { format: flags.format, graph };
  }
}
