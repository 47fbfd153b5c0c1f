import { Args } from '@oclif/core';
import { formatSize } from '../../lib/common/text/size.ts';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { assertCanBootLab } from '../../lib/lab/requirements.ts';
import { checkSavedName } from '../../lib/lab/saved.ts';
import { forget } from '../../lib/lab/saved-expiry.ts';

export default class LabForget extends BaseCommand {
  static override summary = 'Remove a saved lab.';
  static override description = 'One that a lab is up from, or that another saved lab lies over, is refused.';
  static override examples = ['<%= config.bin %> <%= command.id %> deployed'];
  static override args = {
    saved: Args.string({ description: 'the saved lab', required: true }),
  };

  async run(): Promise<{ forgotten: string; bytes: number }> {
    const { args } = await this.parse(LabForget);
    checkSavedName(args.saved);
    await assertCanBootLab();
    const bytes = await forget(args.saved);
    this.log(`forgotten: ${args.saved}, ${formatSize(bytes)}`);
    return { forgotten: args.saved, bytes };
  }
}
