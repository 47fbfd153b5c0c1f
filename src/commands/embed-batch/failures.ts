import * as z from 'zod/mini';
import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { EmbedBatchCommand } from '../../lib/cli/embed-batch-command.ts';
import { renderFailures } from '../../lib/operations/embed-batch/render.ts';
import { catalog } from '../../registry.ts';

const answer = z.object({ photos: z.array(z.object({ key: z.string(), reason: z.string() })) });

export default class EmbedBatchFailures extends EmbedBatchCommand {
  static override hiddenAliases = ['embed-batch:unreadable'];
  static override summary = 'List the photos that cannot be embedded, and why.';
  static override description =
    'A photo is tried again once its content has changed, or when `start` is asked for all, its brand or its SKU.';
  static override examples = ['<%= config.bin %> <%= command.id %> --context lab'];
  static override flags = { ...fleetOptions };

  async run(): Promise<{ photos: { key: string; reason: string }[] }> {
    const { flags } = await this.parse(EmbedBatchFailures);
    const { photos } = await this.withService(flags, catalog, async (ask) =>
      z.parse(answer, await ask({ method: 'GET', path: '/unreadable' })),
    );
    this.log(renderFailures(photos));
    return { photos };
  }
}
