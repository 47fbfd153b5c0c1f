import { Args } from '@oclif/core';
import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { FlagsCommand, type FlagLook } from '../../lib/cli/flags-command.ts';
import { readersOf } from '../../lib/operations/flags/readers.ts';
import { renderFlag } from '../../lib/operations/flags/render.ts';
import { takes } from '../../lib/manifest/flags/value.ts';

export default class FlagsShow extends FlagsCommand {
  static override hiddenAliases = ['flags:get'];
  static override summary = 'Show one flag: what it is, what it takes, and what each host and process has.';
  static override examples = ['<%= config.bin %> <%= command.id %> SEARCH_BACKEND --context lab'];
  static override args = { flag: Args.string({ required: true, description: 'the name of a flag' }) };
  static override flags = { ...fleetOptions };

  async run(): Promise<FlagLook> {
    const { args, flags } = await this.parse(FlagsShow);
    const { fleet, services } = await this.openFlags(flags);
    const readers = readersOf(services, args.flag);
    const all = await this.look({ fleet, services: readers }, { probe: true });
    const look = { ...all, flags: all.flags.filter(({ flag }) => flag === args.flag) };
    for (const view of look.flags) {
      const spec = readers
        .find(({ name }) => name === view.service)
        ?.specs.find(({ name }) => name === args.flag);
      const places = look.places.filter(({ service }) => service === view.service);
      if (spec !== undefined) this.log(renderFlag(view, takes(spec), places, fleet.inventory.timeZone));
    }
    this.tellMissed(look);
    return look;
  }
}
