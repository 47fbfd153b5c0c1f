import { BaseCommand } from '../lib/cli/base-command.ts';
import { renderTable, terminalWidth } from '../lib/common/text/table.ts';
import { EXIT_CODES, type ExitCode } from '../lib/common/error/exit.ts';

export default class ExitCodes extends BaseCommand {
  static override summary = 'List the exit codes that commands end with, for scripts.';
  static override description = 'Every command uses this one table.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  async run(): Promise<{ exitCodes: readonly ExitCode[] }> {
    await this.parse(ExitCodes);
    this.log(
      renderTable(
        [{ header: 'code', align: 'right' }, { header: 'class' }, { header: 'meaning', shrink: true }],
        EXIT_CODES.map(({ code, name, meaning }) => [String(code), name, meaning]),
        { width: terminalWidth() },
      ),
    );
    return { exitCodes: EXIT_CODES };
  }
}
