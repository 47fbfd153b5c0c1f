import { flagChangeFlags, FlagsCommand, type FlagAnswer } from '../../lib/cli/flags-command.ts';

export default class FlagsMend extends FlagsCommand {
  static override changes = true;
  static override summary = 'Bring hosts that were left behind to the flags that are in force.';
  static override description =
    'A host is left behind when it could not be reached during a change, or when its file was damaged. Every command that changes flags mends such hosts along the way; this one does nothing else.';
  static override examples = ['<%= config.bin %> <%= command.id %> --context lab'];
  static override flags = { ...flagChangeFlags };

  async run(): Promise<FlagAnswer> {
    const { flags } = await this.parse(FlagsMend);
    return this.makeChange(
      await this.openFlags(flags),
      {
        about: () => true,
        intent: () => ({ kind: 'mend' }),
        why: () => 'mended',
        allowPartial: true,
        needsHistory: false,
      },
      flags,
    );
  }
}
