import { Args } from '@oclif/core';
import { BaseCommand } from '../lib/cli/base-command.ts';
import { completionScript, INSTALL, SHELLS, type Shell } from '../lib/cli/completion-script.ts';

export default class Completion extends BaseCommand {
  static override summary =
    'Print the script that completes commands, flags, hosts and services in your shell.';
  static override description = `Install it once:

    ${INSTALL.bash}
    ${INSTALL.zsh}`;
  static override examples = [
    'eval "$(<%= config.bin %> <%= command.id %> bash)"',
    '<%= config.bin %> <%= command.id %> zsh --json',
  ];
  static override args = {
    shell: Args.string({ required: true, options: [...SHELLS], description: 'bash or zsh' }),
  };

  async run(): Promise<{ shell: Shell; install: string; script: string }> {
    const { args } = await this.parse(Completion);
    const shell = args.shell as Shell;
    const script = completionScript(shell);
    this.log(script.trimEnd());
    return { shell, install: INSTALL[shell], script };
  }
}
