import { Flags } from '@oclif/core';
import { messageFlag, unreachableFlagOfFlags } from '../../lib/cli/common-flags.ts';
import { flagChangeFlags, FlagsCommand, type FlagAnswer } from '../../lib/cli/flags-command.ts';
import { rollbackVersion, timelineOf, versionNamed } from '../../lib/operations/flags/timeline.ts';

export default class FlagsRollback extends FlagsCommand {
  static override changes = true;
  static override summary = 'Bring back the flags that were in force before the last change.';
  static override description =
    'All flags of that change go back together, on every host. Once more, and it goes one change further back; never to what was rolled back. With --to, all flags become what they were right after that change; `--to 0` is before the first one. A rollback is a change like every other, and stands in the history.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context lab',
    '<%= config.bin %> <%= command.id %> --to 20261121-151305042-ab12 -m "the values of Saturday" --context production',
  ];
  static override flags = {
    ...flagChangeFlags,
    to: Flags.string({ description: 'a version, or a part of one; see unde flags history' }),
    ...messageFlag('kept with the change'),
    ...unreachableFlagOfFlags,
  };

  async run(): Promise<FlagAnswer> {
    const { flags } = await this.parse(FlagsRollback);
    const opened = await this.openFlags(flags);
    return this.makeChange(
      opened,
      {
        about: () => true,
        intent: (states) => {
          const timeline = timelineOf(states.flatMap(({ copies }) => copies));
          const version =
            flags.to === undefined ? rollbackVersion(timeline) : versionNamed(timeline, flags.to);
          const undoes = timeline.changes.map((change) => change.version).filter((each) => each > version);
          return { kind: 'restore', version, undoes };
        },
        why: (intent) =>
          flags.message || `rollback to ${intent.kind === 'restore' ? intent.version : 'before'}`,
        allowPartial: flags['skip-unreachable'],
        needsHistory: true,
      },
      flags,
    );
  }
}
