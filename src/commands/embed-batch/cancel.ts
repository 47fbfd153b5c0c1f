import type { BatchRun } from '../../contracts/embed-batch.ts';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { EmbedBatchCommand, runOf } from '../../lib/cli/embed-batch-command.ts';
import { renderRun } from '../../lib/operations/embed-batch/render.ts';
import { catalog } from '../../registry.ts';

export default class EmbedBatchCancel extends EmbedBatchCommand {
  static override changes = 'End the open run of embed-batch for good.';
  static override summary = 'End the open run; what is written stays.';
  static override examples = ['<%= config.bin %> <%= command.id %> --context lab'];
  static override flags = { ...fleetOptions, ...confirmOptions };

  async run(): Promise<BatchRun> {
    const { flags } = await this.parse(EmbedBatchCancel);
    const run = await this.withService(flags, catalog, async (ask) =>
      runOf(await ask({ method: 'POST', path: '/cancel' })),
    );
    this.log(renderRun(run));
    return run;
  }
}
