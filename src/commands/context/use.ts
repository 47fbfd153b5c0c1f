import { Args } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { contextFile, contextLabel, parseContext, storeContext } from '../../lib/common/context/context.ts';

export default class ContextUse extends BaseCommand {
  static override summary = 'Store the context that later commands act on.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> lab',
    '<%= config.bin %> <%= command.id %> lab:rehearsal',
  ];
  static override args = {
    name: Args.string({ required: true, description: 'lab, lab:NAME or production' }),
  };

  async run(): Promise<{ context: string }> {
    const { args } = await this.parse(ContextUse);
    const context = parseContext(args.name, 'unde context use');
    await storeContext(context);
    this.log(`context ${contextLabel(context)}  (stored in ${contextFile()})`);
    return { context: contextLabel(context) };
  }
}
