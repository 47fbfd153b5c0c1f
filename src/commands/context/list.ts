import { BaseCommand } from '../../lib/cli/base-command.ts';
import { renderTable, terminalWidth } from '../../lib/common/text/table.ts';
import { type ContextEntry, listContexts } from '../../lib/lab/contexts.ts';
import { contextLabel, resolveContext } from '../../lib/common/context/context.ts';
import { UndeError } from '../../lib/common/error/unde-error.ts';

export default class ContextList extends BaseCommand {
  static override summary = 'List the contexts: production, and every lab that is up on this machine.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<{ current: string | null; contexts: ContextEntry[] }> {
    await this.parse(ContextList);
    const contexts = await listContexts();
    const current = currentContext();
    this.log(
      renderTable(
        [
          { header: '' },
          { header: 'context' },
          { header: 'hosts', align: 'right' },
          { header: 'note', shrink: true },
        ],
        contexts.map(({ context, hosts, note }) => [
          context === current ? '*' : '',
          context,
          hosts === undefined ? '' : String(hosts),
          note,
        ]),
        { width: terminalWidth() },
      ),
    );
    if (current === undefined) this.log('no context is in use; choose one with: unde context use NAME');
    else if (!contexts.some(({ context }) => context === current))
      this.log(`in use: ${current}, which is not up`);
    return { current: current ?? null, contexts };
  }
}

/** The context in use; having none is no error here. */
function currentContext(): string | undefined {
  try {
    return contextLabel(resolveContext(undefined));
  } catch (error) {
    if (error instanceof UndeError && error.code === 'NO_CONTEXT') return undefined;
    throw error;
  }
}
