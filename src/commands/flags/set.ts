import { Args, Flags } from '@oclif/core';
import { flagChangeFlags, FlagsCommand, type FlagAnswer } from '../../lib/cli/flags-command.ts';
import { UndeError } from '../../lib/common/error/unde-error.ts';
import { parseAssignments } from '../../lib/operations/flags/assignments.ts';
import { catalog } from '../../registry.ts';

export default class FlagsSet extends FlagsCommand {
  static override summary = 'Set flags on every host whose services read them, while the services run.';
  static override description =
    'All values are checked first, and are one change: each service takes all of them or none. A host that cannot be reached is found before anything changes, and stops the change unless --allow-partial is given. Nothing is restarted; the command waits until each process says that it runs the change. Exit code 11: one did not in time. 5: a host was left behind.';
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
    message: Flags.string({ char: 'm', description: 'why; kept with the change', default: '' }),
    'allow-partial': Flags.boolean({ description: 'go ahead without hosts that cannot be reached' }),
  };

  async run(): Promise<FlagAnswer> {
    const { argv, flags } = await this.parse(FlagsSet);
    if (flags.message.trim() === '') {
      throw new UndeError({
        code: 'NO_REASON',
        message: 'a change of flags needs a reason: somebody will ask',
        exit: 'usage',
        hint: 'add -m "why"',
      });
    }
    const opened = await this.openFlags(flags, catalog);
    const values = parseAssignments(argv as string[], opened.services);
    return this.makeChange(
      opened,
      {
        about: ({ specs }) => specs.some(({ name }) => values.has(name)),
        intent: () => ({ kind: 'set', values }),
        why: () => flags.message,
        allowPartial: flags['allow-partial'],
        needsHistory: false,
      },
      flags,
    );
  }
}
