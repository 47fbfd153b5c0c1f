import { messageFlag } from '../../lib/cli/common-flags.ts';
import { flagChangeFlags, FlagsCommand, type FlagAnswer } from '../../lib/cli/flags-command.ts';
import { emergencyValues } from '../../lib/operations/flags/change-plan.ts';

export default class FlagsEmergencyRollback extends FlagsCommand {
  static override changes = true;
  static override summary =
    'Set every flag that has an emergency value to it, on all hosts that can be reached.';
  static override description =
    'Goes ahead without hosts that do not answer within 5 s of the first one, and says which; it needs nothing but SSH. It overrules a change that somebody else is making at the same moment. What a host has missed is kept for it, and mended by the next flags command.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> -y --context production',
    '<%= config.bin %> <%= command.id %> -m "wrong garments since 14:00" --context lab',
  ];
  static override flags = {
    ...flagChangeFlags,
    ...messageFlag('kept with the change', { default: 'emergency rollback' }),
  };

  async run(): Promise<FlagAnswer> {
    const { flags } = await this.parse(FlagsEmergencyRollback);
    const opened = await this.openFlags(flags);
    const values = emergencyValues(opened.services);
    return this.makeChange(
      opened,
      {
        about: ({ specs }) => specs.some(({ name }) => values.has(name)),
        intent: () => ({ kind: 'set', values }),
        why: () => flags.message,
        allowPartial: true,
        needsHistory: false,
        emergency: true,
      },
      flags,
    );
  }
}
