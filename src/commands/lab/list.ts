import { formatAge } from '../../lib/common/text/time.ts';
import { formatSize } from '../../lib/common/text/size.ts';
import { renderTable, terminalWidth } from '../../lib/common/text/table.ts';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { inventoryFlag } from '../../lib/cli/common-flags.ts';
import { loadInventory } from '../../lib/inventory/load.ts';
import { type LabEntry, listLabs, listSavedLabs, type SavedEntry } from '../../lib/lab/listing.ts';
import { assertCanBootLab } from '../../lib/lab/requirements.ts';
import { manifestNames } from '../../registry.ts';

export default class LabList extends BaseCommand {
  static override summary = 'List the labs of this machine, and the saved ones.';
  static override description =
    'A saved lab is stale when the inventory or the image are no longer those that it was made from.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = { ...inventoryFlag };

  async run(): Promise<{ labs: LabEntry[]; saved: SavedEntry[] }> {
    const { flags } = await this.parse(LabList);
    await assertCanBootLab();
    const inventory = await loadInventory(flags.inventory, process.env, manifestNames());
    const [labs, saved] = [await listLabs(), await listSavedLabs(inventory)];
    if (labs.length + saved.length === 0) this.log('no lab, and no saved one');
    else this.#show(labs, saved);
    return { labs, saved };
  }

  #show(labs: readonly LabEntry[], saved: readonly SavedEntry[]): void {
    const common = ({ name, hosts, made, bytes, image }: LabEntry | SavedEntry) => [
      name,
      String(hosts.length),
      formatAge((Date.now() - Date.parse(made)) / 1000),
      formatSize(bytes),
      image.map((layer) => layer.replace(/:.*/, '')).join(' '),
    ];
    const rows = [
      ...labs.map((lab) => [
        lab.up ? 'up' : 'down',
        ...common(lab),
        lab.from === null ? '' : `from the saved lab "${lab.from}"`,
      ]),
      ...saved.map((save) => [save.superseded ? 'replaced' : 'saved', ...common(save), notesOf(save)]),
    ];
    const columns = [
      { header: 'state' },
      { header: 'name' },
      { header: 'machines', align: 'right' as const },
      { header: 'age', align: 'right' as const },
      { header: 'size', align: 'right' as const },
      { header: 'image', shrink: true },
      { header: 'notes' },
    ];
    this.log(renderTable(columns, rows, { width: terminalWidth() }));
  }
}

function notesOf(save: SavedEntry): string {
  return [
    ...save.stale.map((reason) => `stale: ${reason}`),
    ...(save.key === null ? [] : [`key ${save.key}`]),
    ...(save.usedBy.length === 0 ? [] : [`in use by ${save.usedBy.join(', ')}`]),
  ].join('; ');
}
