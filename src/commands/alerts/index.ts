import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { FleetCommand } from '../../lib/cli/fleet-command.ts';
import { terminalWidth } from '../../lib/common/text/table.ts';
import { alertStatus, type AlertStatus } from '../../lib/operations/alerts/alert-status.ts';
import { isLoud, renderAlerts } from '../../lib/operations/alerts/render-alerts.ts';
import { WatchHouse } from '../../lib/operations/alerts/monitoring-client.ts';
import { catalog } from '../../registry.ts';

export default class Alerts extends FleetCommand {
  static override summary = 'Show the alerts that fire now, those that others explain, and what is silenced.';
  static override description =
    'Asks Prometheus and Alertmanager through SSH on the monitoring host. Exit code 0: nothing fires that somebody should see to. 10: something does. 5: monitoring itself cannot be asked, so nobody knows.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context production',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = { ...fleetOptions };

  async run(): Promise<AlertStatus> {
    const { flags } = await this.parse(Alerts);
    const fleet = await this.openFleet(flags);
    const house = await WatchHouse.open(fleet, catalog);
    try {
      const status = await alertStatus(house);
      const { timeZone } = fleet.inventory;
      this.log(renderAlerts(status, { now: Date.now(), timeZone, width: terminalWidth() }));
      this.endWith({
        unreachable: status.prometheus !== null,
        // Prometheus knows what fires; that nobody is told of it is known, and wrong.
        unhealthy:
          status.alertmanager !== null ||
          status.alerts.some((alert) => isLoud(alert) && alert.severity !== 'info'),
      });
      return status;
    } finally {
      house.close();
    }
  }
}
