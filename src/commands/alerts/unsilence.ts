import { Args } from '@oclif/core';
import { confirmOptions, fleetOptions } from '../../lib/cli/common-flags.ts';
import { FleetCommand } from '../../lib/cli/fleet-command.ts';
import {
  activeSilences,
  type AlertmanagerSilence,
  type Silence,
} from '../../lib/operations/alerts/alert-list.ts';
import { silenceOf } from '../../lib/operations/alerts/silence.ts';
import { WatchHouse } from '../../lib/operations/alerts/monitoring-client.ts';
import { catalog } from '../../registry.ts';

export default class AlertsUnsilence extends FleetCommand {
  static override changes = true;
  static override summary = 'End a silence before its time.';
  static override examples = ['<%= config.bin %> <%= command.id %> 3f6d1c02 --context production'];
  static override args = {
    id: Args.string({ required: true, description: 'the id that unde alerts shows, or its beginning' }),
  };
  static override flags = { ...fleetOptions, ...confirmOptions };

  async run(): Promise<{ ended: Silence }> {
    const { args, flags } = await this.parse(AlertsUnsilence);
    const fleet = await this.openFleet(flags);
    const house = await WatchHouse.open(fleet, catalog);
    try {
      const all = await house.ask<AlertmanagerSilence[]>('alertmanager', '/api/v2/silences');
      const ended = silenceOf(args.id, activeSilences(all));
      const what = `${ended.alert ?? 'all'}${ended.host === null ? '' : ` on ${ended.host}`}`;
      await this.askBefore(fleet.context, `End the silence of ${what}.`, flags.yes);
      await house.ask('alertmanager', `/api/v2/silence/${ended.id}`, { method: 'DELETE' });
      this.log(`${what} is told again`);
      return { ended };
    } finally {
      house.close();
    }
  }
}
