import { Args } from '@oclif/core';
import { inventoryFlag } from '../../lib/cli/common-flags.ts';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { describeMeanings } from '../../lib/operations/inventory/description.ts';
import { loadInventory } from '../../lib/inventory/load.ts';
import { type Meanings, meaningsOf } from '../../lib/operations/inventory/meaning.ts';
import { hasManifest, manifestNames, manifestOf } from '../../registry.ts';

export default class InventoryShow extends BaseCommand {
  static override summary = 'Show a host, service, group or site; a name that is several shows them all.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> local-shard-0',
    '<%= config.bin %> <%= command.id %> embedder',
    '<%= config.bin %> <%= command.id %> host:embedder',
    '<%= config.bin %> <%= command.id %> @helsinki',
  ];
  static override args = {
    name: Args.string({
      required: true,
      description: 'name; service:, host:, group: or @ asks for one kind',
    }),
  };
  static override flags = { ...inventoryFlag };

  async run(): Promise<Meanings> {
    const { args, flags } = await this.parse(InventoryShow);
    const inventory = await loadInventory(flags.inventory, process.env, manifestNames());
    const meanings = meaningsOf(inventory, args.name, manifestNames());
    const service = meanings.service?.name;
    const manifest = service !== undefined && hasManifest(service) ? await manifestOf(service) : undefined;
    this.log(describeMeanings(inventory, meanings, manifest, hasManifest));
    return meanings;
  }
}
