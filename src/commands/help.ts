import { Args, loadHelpClass } from '@oclif/core';
import { BaseCommand } from '../lib/cli/base-command.ts';

export default class Help extends BaseCommand {
  static override enableJsonFlag = false;
  static override strict = false;
  static override summary = 'Show help for a command or a topic.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> lab up',
  ];
  static override args = {
    command: Args.string({ description: 'a command or a topic; everything without it' }),
  };

  async run(): Promise<void> {
    const { argv } = await this.parse(Help);
    const HelpClass = await loadHelpClass(this.config);
    await new HelpClass(this.config, this.config.pjson.oclif.helpOptions).showHelp(argv as string[]);
  }
}
