import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { FlagsCommand, type FlagLook } from '../../lib/cli/flags-command.ts';
import { terminalWidth } from '../../lib/common/text/table.ts';
import { renderPlaces } from '../../lib/operations/flags/render.ts';
import { processFault } from '../../lib/operations/flags/view.ts';

export default class FlagsStatus extends FlagsCommand {
  static override summary =
    'Show which process runs which version of the flags, and which host was left behind.';
  static override description =
    'Exit code 0: every process runs what is in force. 10: one does not. 5: a host could not be asked, so nobody knows.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context lab',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = { ...fleetOptions };

  async run(): Promise<FlagLook> {
    const { flags } = await this.parse(FlagsStatus);
    const look = await this.look(await this.openFlags(flags), { probe: true });
    this.log(renderPlaces(look.places, { width: terminalWidth() }));
    const wrong = look.places.some((place) => place.behind !== null || processFault(place) !== undefined);
    if (look.places.some(({ behind }) => behind !== null)) this.log('mend it with: unde flags mend');
    this.endWith({ unhealthy: wrong });
    this.tellMissed(look);
    return look;
  }
}
