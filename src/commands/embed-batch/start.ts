import { Flags } from '@oclif/core';
import type { BatchRun, BatchScope } from '../../contracts/embed-batch.ts';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { EmbedBatchCommand, runOf, statusOf, type Ask } from '../../lib/cli/embed-batch-command.ts';
import { interruptSignal } from '../../lib/cli/interrupt.ts';
import { showingRun } from '../../lib/cli/run-progress.ts';
import { renderRun, renderBatchStatus } from '../../lib/operations/embed-batch/render.ts';
import { watchRun } from '../../lib/operations/embed-batch/watch.ts';
import { scopeName } from '../../contracts/embed-batch.ts';
import { catalog } from '../../registry.ts';

export default class EmbedBatchStart extends EmbedBatchCommand {
  static override changes = 'Start a run of embed-batch, which computes and writes embeddings.';
  static override summary = 'Embed photos of the catalogue, and watch the progress.';
  static override description =
    'Only photos without an up-to-date embedding are computed, so beginning again costs nothing. What was unreadable is tried again, but for the scopes new and progressive. Ctrl-C stops watching, not the run: it goes on by itself, over restarts too.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context lab',
    '<%= config.bin %> <%= command.id %> --brand zara --context lab',
    '<%= config.bin %> <%= command.id %> --scope progressive --detach --context production',
  ];
  static override flags = {
    ...fleetOptions,
    ...confirmOptions,
    scope: Flags.string({
      description: 'all; new: all but what was unreadable; progressive: also more photos where ranks are low',
      options: ['all', 'new', 'progressive'],
      default: 'all',
    }),
    brand: Flags.string({ description: 'only this brand', exclusive: ['sku'] }),
    sku: Flags.string({ description: 'only this SKU; may be given more than once', multiple: true }),
    'batch-size': Flags.integer({
      description: 'photos that are lost at most when the process is killed',
      default: 500,
      min: 1,
      max: 5000,
    }),
    detach: Flags.boolean({ char: 'd', description: 'do not wait for the end' }),
  };

  async run(): Promise<BatchRun> {
    const { flags } = await this.parse(EmbedBatchStart);
    const scope = scopeOf(flags);
    return this.withService(flags, catalog, async (ask) => {
      const run = runOf(
        await ask({ method: 'POST', path: '/embed_batch', body: { scope, batch_size: flags['batch-size'] } }),
      );
      this.log(`${scopeName(run.scope)}: ${run.total} photo(s) without an embedding`);
      if (flags.detach) return run;
      const last = await this.#watch(ask, run);
      this.endWith({ failed: last.state !== 'done' && last.state !== 'running' });
      return last;
    });
  }

  async #watch(ask: Ask, begun: BatchRun): Promise<BatchRun> {
    const signal = interruptSignal('the run goes on by itself');
    const run = await showingRun(begun, { quiet: this.jsonEnabled(), signal }, (onRun) =>
      watchRun(begun, async () => statusOf(await ask({ method: 'GET', path: '/status' })), signal, onRun),
    );
    this.log(run.state === 'running' ? renderRun(run) : renderBatchStatus({ current: null, last: run }));
    return run;
  }
}

function scopeOf(flags: { scope: string; brand?: string; sku?: string[] }): BatchScope {
  if (flags.brand !== undefined) return { brand: flags.brand };
  if (flags.sku !== undefined) return { skus: flags.sku };
  return flags.scope as 'all' | 'new' | 'progressive';
}
