import { Args, Flags } from '@oclif/core';
import { contextLabel, parseContext } from '../../lib/common/context/context.ts';
import { formatSize } from '../../lib/common/text/size.ts';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { inventoryFlag } from '../../lib/cli/common-flags.ts';
import { labNameFlag, labNameOf } from '../../lib/cli/lab-flag.ts';
import { showingLabStages } from '../../lib/cli/lab-stages.ts';
import { loadInventory } from '../../lib/inventory/load.ts';
import { SAVE_STAGES, saveLab, type LabSave as LabSaveResult } from '../../lib/lab/save.ts';
import { BOOT_STAGES } from '../../lib/lab/up.ts';
import { manifestNames } from '../../registry.ts';

export default class LabSave extends BaseCommand {
  static override summary = 'Save a lab with all that is deployed in it, for `unde lab up --from`.';
  static override description = `The machines are powered off by their own systemd, so that databases are whole; what they have written becomes the
saved lab, and they are booted again over it. Where one does not stop in time, nothing is saved, and all are booted again.
A name that is there already is replaced. Above 20 GB in total the oldest saved labs go.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> deployed',
    '<%= config.bin %> <%= command.id %> deployed --name rehearsal --down',
    '<%= config.bin %> <%= command.id %> deployed --key "$(git rev-parse HEAD)"',
  ];
  static override args = {
    saved: Args.string({ description: 'what to call the saved lab', required: true }),
  };
  static override flags = {
    ...inventoryFlag,
    ...labNameFlag,
    key: Flags.string({
      description:
        'what tells the deployed releases apart, e.g. a digest of the sources; compared by lab up --key',
    }),
    'stop-timeout': Flags.integer({
      // Less than the 90 s after which systemd kills a unit that does not end: what was killed is not worth saving.
      default: 60,
      min: 1,
      description: 'how long the machines may take to stop, in seconds',
    }),
    down: Flags.boolean({ description: 'take the lab down afterwards' }),
  };

  async run(): Promise<LabSaveResult> {
    const { args, flags } = await this.parse(LabSave);
    const lab = labNameOf(flags);
    const inventory = await loadInventory(flags.inventory, process.env, manifestNames());
    const begin = performance.now();
    const request = {
      name: args.saved,
      lab,
      inventory,
      key: flags.key,
      stopMs: flags['stop-timeout'] * 1000,
      down: flags.down,
    };
    // Also with --down: where a machine does not stop, all are booted again.
    const stages = [...SAVE_STAGES, ...BOOT_STAGES];
    const result = await showingLabStages(
      stages,
      { log: (line) => this.log(line), quiet: this.jsonEnabled() },
      (onStage) => saveLab(request, onStage),
    );
    const total = ((performance.now() - begin) / 1000).toFixed(1);
    const { save, removed } = result;
    const label = contextLabel(parseContext(`lab:${lab}`, '--context'));
    const after = flags.down
      ? `${label} is down; unde lab up --from ${save.name} brings it back`
      : `${label} is up again`;
    this.log(
      `saved "${save.name}": ${save.lab.hosts.length} machines, ${formatSize(save.bytes)}, ${total} s; ${after}`,
    );
    if (removed.length > 0) this.log(`removed to make room: ${removed.join(', ')}`);
    return result;
  }
}
