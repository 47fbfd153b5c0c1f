import { Args } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { labNameFlag, labNameOf } from '../../lib/cli/lab-flag.ts';
import { changeCut } from '../../lib/lab/cut.ts';

export default class LabCut extends BaseCommand {
  static override summary = 'Cut the link between the sites, or one machine, off: packets vanish.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> wan',
    '<%= config.bin %> <%= command.id %> local-shard-0',
  ];
  static override args = {
    target: Args.string({ required: true, description: 'wan, or a machine' }),
  };
  static override flags = { ...labNameFlag };

  async run(): Promise<{ cut: string }> {
    const { args, flags } = await this.parse(LabCut);
    const name = labNameOf(flags);
    await changeCut(name, args.target, true);
    this.log(`${args.target} is cut; undo it with: unde lab heal ${args.target}`);
    return { cut: args.target };
  }
}
