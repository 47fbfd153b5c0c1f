import { Args, Flags } from '@oclif/core';
import { confirmOptions, fleetOptions, messageFlag, requireReason } from '../../lib/cli/common-flags.ts';
import { FleetCommand, operatorName } from '../../lib/cli/fleet-command.ts';
import { formatTime } from '../../lib/common/text/time.ts';
import { UndeError } from '../../lib/common/error/unde-error.ts';
import { didYouMean } from '../../lib/common/text/did-you-mean.ts';
import { parseDuration } from '../../lib/common/text/duration.ts';
import { silenceRequest } from '../../lib/operations/alerts/silence.ts';
import { WatchHouse } from '../../lib/operations/alerts/monitoring-client.ts';
import { allManifests, catalog } from '../../registry.ts';

export default class AlertsSilence extends FleetCommand {
  static override changes = true;
  static override summary = 'Keep an alert from being told for a while.';
  static override description =
    'It goes on being watched, and `unde alerts` still shows it. Everybody sees who silenced it, for how long and why.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> EmbedderSlow --for 2h -m "reindexing"',
    '<%= config.bin %> <%= command.id %> all --host push --for 30m -m "new disk" --context production',
  ];
  static override args = {
    alert: Args.string({ required: true, description: 'the name of an alert; all, together with --host' }),
  };
  static override flags = {
    ...fleetOptions,
    ...confirmOptions,
    host: Flags.string({ description: 'on this host only' }),
    for: Flags.string({ description: 'how long: 90m, 2h, 1d', required: true }),
    ...messageFlag('everybody sees it', { required: true }),
  };

  async run(): Promise<{ silence: string; alert: string; host: string | null; until: string }> {
    const { args, flags } = await this.parse(AlertsSilence);
    const why = requireReason(flags, 'a silence');
    const milliseconds = parseDuration(flags.for, {
      what: 'a length of time',
      hint: 'for example 90m, 2h or 1d; units are s, m, h, d and w',
      leastMs: 1000,
    });
    const seconds = milliseconds / 1000;
    const manifests = await allManifests();
    const fleet = await this.openFleet(flags, { quiet: true });
    const { hosts, timeZone, file } = fleet.inventory;
    if (flags.host !== undefined && !hosts.some(({ name }) => name === flags.host)) {
      const hint = didYouMean(
        flags.host,
        hosts.map(({ name }) => name),
      );
      throw new UndeError({
        code: 'UNKNOWN_NAME',
        message: `no host of the inventory is called "${flags.host}"`,
        exit: 'usage',
        where: { file },
        hint: hint ?? 'unde inventory list',
      });
    }
    const now = Date.now();
    const body = silenceRequest(
      { alert: args.alert, host: flags.host, seconds, by: operatorName(), why },
      now,
      manifests.flatMap(({ alerts }) => (alerts ?? []).map(({ name }) => name)),
    );
    this.showContext(fleet.context);
    const until = now / 1000 + seconds;
    const where = flags.host === undefined ? '' : ` on ${flags.host}`;
    const end = `until ${formatTime(until, timeZone)} ${timeZone}`;
    await this.askBefore(fleet.context, `Silence ${args.alert}${where} ${end}.`, flags.yes);
    const house = await WatchHouse.open(fleet, catalog);
    try {
      const { silenceID } = await house.ask<{ silenceID: string }>('alertmanager', '/api/v2/silences', {
        method: 'POST',
        body,
      });
      this.log(`${args.alert}${where} is silenced ${end}`);
      this.log(`  undo  unde alerts unsilence ${silenceID.slice(0, 8)}`);
      return {
        silence: silenceID,
        alert: args.alert,
        host: flags.host ?? null,
        until: new Date(until * 1000).toISOString(),
      };
    } finally {
      house.close();
    }
  }
}
