import { Args } from '@oclif/core';
import { messageFlag, requireReason, unreachableFlagOfFlags } from '../../lib/cli/common-flags.ts';
import { flagChangeFlags, FlagsCommand, type FlagAnswer } from '../../lib/cli/flags-command.ts';
import { parseAssignments } from '../../lib/operations/flags/assignments.ts';

export default class FlagsSet extends FlagsCommand {
  static override changes = true;
  static override summary = 'Set flags on every host whose services read them, while the services run.';
  static override description =
    'All values are checked first, and are one change: each service takes all of them or none. A host that cannot be reached is found before anything changes, and stops the change unless --skip-unreachable is given. Nothing is restarted; the command waits until each process says that it runs the change. Exit code 11: one did not in time. 5: a host was left behind.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> SEARCH_BACKEND=ximilar -m "pgvector is being rebuilt" --context lab',
    '<%= config.bin %> <%= command.id %> CONFIDENCE_THRESHOLD=0.85 AVAILABILITY_WINDOW="36 hours" -m "fewer stale offers"',
  ];
  static override strict = false;
  static override args = {
    flags: Args.string({ required: true, description: 'NAME=VALUE, one or several' }),
  };
  static override flags = {
    ...flagChangeFlags,
    ...messageFlag('kept with the change', { required: true }),
    ...unreachableFlagOfFlags,
  };

  async run(): Promise<FlagAnswer> {
    const { argv, flags } = await this.parse(FlagsSet);
    const why = requireReason(flags, 'a change of flags');
    const opened = await this.openFlags(flags);
    const values = parseAssignments(argv as string[], opened.services);
    return this.makeChange(
      opened,
      {
        about: ({ specs }) => specs.some(({ name }) => values.has(name)),
        intent: () => ({ kind: 'set', values }),
        why: () => why,
        allowPartial: flags['skip-unreachable'],
        needsHistory: false,
      },
      flags,
    );
  }
}
