import type { Reconciliation } from '../../contracts/embed-batch.ts';
import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { EmbedBatchCommand, reconciliationOf } from '../../lib/cli/embed-batch-command.ts';
import { renderReconciliation } from '../../lib/operations/embed-batch/render.ts';
import { catalog } from '../../registry.ts';

/** The whole storage is listed, a thousand keys at a time: minutes for hundreds of thousands. */
const TIMEOUT_MS = 15 * 60_000;

export default class EmbedBatchReconcile extends EmbedBatchCommand {
  static override summary = 'Compare the originals in the storage, the photos, and their embeddings.';
  static override description =
    'Counts what does not belong together, and names the first of each kind; exit code 10 where there is any. Photos that cannot be read are no holes: `unde embed-batch failures` names them.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context lab',
    '<%= config.bin %> <%= command.id %> --json --context production',
  ];
  static override flags = { ...fleetOptions };

  async run(): Promise<Reconciliation> {
    const { flags } = await this.parse(EmbedBatchReconcile);
    const found = await this.withService(flags, catalog, async (ask) =>
      reconciliationOf(await ask({ method: 'GET', path: '/reconcile', timeoutMs: TIMEOUT_MS })),
    );
    this.log(renderReconciliation(found));
    this.endWith({ unhealthy: found.holes.length > 0 });
    return found;
  }
}
