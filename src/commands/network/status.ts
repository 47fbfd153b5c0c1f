import { fleetOptions } from '../../lib/cli/common-flags.ts';
import { FleetCommand } from '../../lib/cli/fleet-command.ts';
import { renderTable, terminalWidth } from '../../lib/common/text/table.ts';
import { fleetScope } from '../../lib/desired/scope/fleet-scope.ts';
import { surveyTunnels } from '../../lib/operations/network/survey-tunnels.ts';
import { TUNNEL_COLUMNS, tunnelRow } from '../../lib/operations/network/tunnel-table.ts';
import type { TunnelStatus } from '../../lib/operations/network/tunnel-status.ts';
import { WIREGUARD } from '../../lib/desired/network/tunnels.ts';
import { catalog } from '../../registry.ts';

export default class NetworkStatus extends FleetCommand {
  static override summary = 'Say how each tunnel between the sites is.';
  static override description =
    'Both ends are asked; a tunnel is up when one of them gets an answer through it. The round trip is measured then and there. Exit code 10 when a tunnel is down, 5 when neither end could be asked.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --context production',
    '<%= config.bin %> <%= command.id %> --context lab --json',
  ];
  static override flags = fleetOptions;

  async run(): Promise<{ tunnels: TunnelStatus[] }> {
    const { flags } = await this.parse(NetworkStatus);
    const fleet = await this.openFleet(flags);
    const tunnels = await surveyTunnels(fleet, await fleetScope(fleet, catalog, WIREGUARD));
    if (tunnels.length === 0) this.log('there is no tunnel here: it needs the gateway and a local host');
    else this.log(renderTable(TUNNEL_COLUMNS, tunnels.map(tunnelRow), { width: terminalWidth() }));
    this.endWith({
      unreachable: tunnels.some(({ state }) => state === 'unknown'),
      unhealthy: tunnels.some(({ state }) => state === 'down'),
    });
    return { tunnels };
  }
}
