import type { BatchStatus } from '../../contracts/embed-batch.ts';
import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { EmbedBatchCommand, statusOf } from '../../lib/cli/embed-batch-command.ts';
import { renderBatchStatus } from '../../lib/operations/embed-batch/render.ts';
import { catalog } from '../../registry.ts';

export default class EmbedBatchStatus extends EmbedBatchCommand {
  static override summary = 'Show the run that is open, and the last one.';
  static override examples = ['<%= config.bin %> <%= command.id %> --context lab'];
  static override flags = { ...fleetOptions };

  async run(): Promise<BatchStatus> {
    const { flags } = await this.parse(EmbedBatchStatus);
    const status = await this.withService(flags, catalog, async (ask) =>
      statusOf(await ask({ method: 'GET', path: '/status' })),
    );
    this.log(renderBatchStatus(status));
    return status;
  }
}
