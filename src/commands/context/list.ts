import { BaseCommand } from '../../lib/cli/base-command.ts';
import { renderTable, terminalWidth } from '../../lib/common/text/table.ts';
import { type ContextEntry, listContexts } from '../../lib/lab/contexts.ts';
import { contextIfAny, contextLabel } from '../../lib/common/context/context.ts';
import { CONTEXT_COLUMNS, contextRow } from '../../lib/operations/context/list.ts';

export default class ContextList extends BaseCommand {
  static override summary = 'List the contexts: production, and every lab that is up on this machine.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<{ current: string | null; contexts: ContextEntry[] }> {
    await this.parse(ContextList);
    const contexts = await listContexts();
    const inUse = contextIfAny(undefined);
    const current = inUse === undefined ? undefined : contextLabel(inUse);
    const rows = contexts.map((entry) => contextRow(entry, current));
    this.log(renderTable(CONTEXT_COLUMNS, rows, { width: terminalWidth() }));
    if (current === undefined) this.log('no context is in use; choose one with: unde context use NAME');
    else if (!contexts.some(({ context }) => context === current))
      this.log(`in use: ${current}, which is not up`);
    return { current: current ?? null, contexts };
  }
}
