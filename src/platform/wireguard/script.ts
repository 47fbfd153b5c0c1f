import { credentialFile } from '../../lib/common/layout/layout.ts';
import { HOST_PATH, shellProgram } from '../../lib/common/shell/script.ts';
import { metrics } from './metrics.ts';
import { METRICS } from './unit.ts';

/** The mark of WireGuard's own packets: they go by the host's ordinary routes, never into a tunnel. */
export const MARK = '0x5182';

/** The routing table, and the priority of the rule that leads to it. */
const TABLE = '5182';

/** How often tunnels are looked at, in seconds, and how often a host that has only routes. */
const PACE_SECONDS = 10;
const ROUTES_PACE_SECONDS = 60;

/** What node-exporter passes on of a metric's meaning. */
const HEADER = metrics.flatMap(({ name, type, help }) => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
]);

/**
 * The program that keeps the tunnels and routes of a host as `/etc/unde/wireguard` says; the same on every host.
 *
 * What is as it should be is not touched, so that a change of one tunnel, or a restart, cuts no other. An interface
 * that vanished comes back at the next look. When the unit is stopped for good, everything is taken away.
 */
export function wireguardScript(): string {
  return shellProgram(
    ['keep: runs as unde-wireguard.service; check: whether everything is as planned.'],
    {
      PATH: HOST_PATH,
      plan: '/etc/unde/wireguard',
      run: '/run/unde/wireguard',
      key: credentialFile('wireguard', 'key'),
      metrics: METRICS,
      header: HEADER,
      table: TABLE,
      mark: MARK,
      pace_seconds: PACE_SECONDS,
      routes_pace_seconds: ROUTES_PACE_SECONDS,
    },
    'platform/wireguard/script.sh',
  );
}
