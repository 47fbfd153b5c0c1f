import { Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { labNameFlag, labNameOf } from '../../lib/cli/lab-flag.ts';
import { labNames, takeDown } from '../../lib/lab/down.ts';
import { assertCanBootLab } from '../../lib/lab/requirements.ts';

export default class LabDown extends BaseCommand {
  static override summary = 'Take a lab down, and leave nothing of it but the image cache.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --name rehearsal',
    '<%= config.bin %> <%= command.id %> --all',
  ];
  static override flags = {
    ...labNameFlag,
    all: Flags.boolean({ description: 'every lab of this machine, instead of one' }),
  };

  async run(): Promise<{ down: string[] }> {
    const { flags } = await this.parse(LabDown);
    const named = labNameOf(flags);
    await assertCanBootLab();
    const down: string[] = [];
    for (const name of flags.all ? await labNames() : [named]) {
      if (await takeDown(name)) down.push(name);
    }
    this.log(down.length === 0 ? 'no lab was up' : `down: ${down.join(', ')}`);
    return { down };
  }
}
