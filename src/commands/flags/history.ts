import { Args } from '@oclif/core';
import { fleetOptions, linesFlag } from '../../lib/cli/common-flags.ts';
import { FlagsCommand } from '../../lib/cli/flags-command.ts';
import { terminalWidth } from '../../lib/common/text/table.ts';
import { KEPT_VERSIONS } from '../../lib/operations/flags/host-script.ts';
import { defaultOf, readersOf } from '../../lib/operations/flags/readers.ts';
import { renderChanges } from '../../lib/operations/flags/render.ts';
import { timelineOf, type FlagChange } from '../../lib/operations/flags/timeline.ts';

export default class FlagsHistory extends FlagsCommand {
  static override summary = 'Show who changed which flags when and why, from what the hosts have kept.';
  static override description = `Each host keeps the last ${KEPT_VERSIONS} versions of each service's flags at least; its ledger (unde history) keeps one line a change for ever.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context lab',
    '<%= config.bin %> <%= command.id %> SEARCH_BACKEND -n 5 --json',
  ];
  static override args = { flag: Args.string({ description: 'only the changes of this flag' }) };
  static override flags = {
    ...fleetOptions,
    ...linesFlag('changes to show'),
  };

  async run(): Promise<{ changes: FlagChange[]; unreachable: string[] }> {
    const { args, flags } = await this.parse(FlagsHistory);
    const { fleet, services } = await this.openFlags(flags);
    const readers = args.flag === undefined ? services : readersOf(services, args.flag);
    const { states, missed } = await this.readFlags(
      { fleet, services: readers },
      { previous: 2 * KEPT_VERSIONS, probe: false },
    );
    const changes = timelineOf(states.flatMap(({ copies }) => copies))
      .changes.map((change) => ({
        ...change,
        deltas: change.deltas.filter(({ flag }) => args.flag === undefined || flag === args.flag),
      }))
      .filter(({ deltas }) => args.flag === undefined || deltas.length > 0)
      .toReversed()
      .slice(0, flags.lines);
    const { timeZone } = fleet.inventory;
    const standard = (service: string, flag: string) => defaultOf(readers, service, flag);
    this.log(renderChanges(changes, standard, timeZone, { width: terminalWidth() }));
    this.tellMissed({
      unreachable: missed.map(({ place, error }) => ({ host: place.host.name, why: error.message })),
      owed: [],
    });
    return { changes, unreachable: missed.map(({ place }) => place.host.name) };
  }
}
