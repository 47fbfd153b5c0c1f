import type { BatchRun } from '../../contracts/embed-batch.ts';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { EmbedBatchCommand, runOf } from '../../lib/cli/embed-batch-command.ts';
import { renderRun } from '../../lib/operations/embed-batch/render.ts';
import { catalog } from '../../registry.ts';

export default class EmbedBatchResume extends EmbedBatchCommand {
  static override changes = 'Go on with the paused run of embed-batch.';
  static override summary = 'Go on with a run that was paused.';
  static override examples = ['<%= config.bin %> <%= command.id %> --context lab'];
  static override flags = { ...fleetOptions, ...confirmOptions };

  async run(): Promise<BatchRun> {
    const { flags } = await this.parse(EmbedBatchResume);
    const run = await this.withService(flags, catalog, async (ask) =>
      runOf(await ask({ method: 'POST', path: '/resume' })),
    );
    this.log(renderRun(run));
    return run;
  }
}
