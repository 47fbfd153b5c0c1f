import { Args } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { labNameFlag, labNameOf } from '../../lib/cli/lab-flag.ts';
import { changeCut, healAll } from '../../lib/lab/cut.ts';

export default class LabHeal extends BaseCommand {
  static override summary = 'Undo what `lab cut` did.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> wan',
  ];
  static override args = {
    target: Args.string({ description: 'wan, or a machine; everything without it' }),
  };
  static override flags = { ...labNameFlag };

  async run(): Promise<{ healed: string }> {
    const { args, flags } = await this.parse(LabHeal);
    const name = labNameOf(flags);
    if (args.target === undefined) await healAll(name);
    else await changeCut(name, args.target, false);
    this.log(`${args.target ?? 'everything'} is healed`);
    return { healed: args.target ?? 'all' };
  }
}
