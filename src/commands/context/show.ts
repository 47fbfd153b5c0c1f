import { contextFlag } from '../../lib/cli/common-flags.ts';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { contextLabel, resolveContext } from '../../lib/common/context/context.ts';

export default class ContextShow extends BaseCommand {
  static override summary = 'Show the context that a command would act on now, and what decides it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'UNDE_CONTEXT=lab <%= config.bin %> <%= command.id %>',
  ];
  static override flags = { ...contextFlag };

  async run(): Promise<{ context: string; from: string }> {
    const { flags } = await this.parse(ContextShow);
    const context = resolveContext(flags.context);
    this.log(`context ${contextLabel(context)}  (from ${context.from})`);
    return { context: contextLabel(context), from: context.from };
  }
}
