import type { Fleet } from '../../fleet/fleet.ts';
import type { Host } from '../../inventory/inventory.ts';
import type { RenderScope } from '../../manifest/manifest.ts';
import { askHosts, type HostAnswer } from '../../fleet/ask/ask-hosts.ts';
import { endScript, parseEnds, type EndQuestion } from './tunnel-end-script.ts';
import { tunnelStatus, worstTunnelFirst, type EndWord, type TunnelStatus } from './tunnel-status.ts';
import { bare, gatewayOf, tunnelPlans } from '../../desired/network/tunnels.ts';

/** How long a host may take to measure its ends, in milliseconds. */
const ANSWER_MS = 15_000;

/** Asks both ends of every tunnel of this context how it is; what needs attention stands first. */
export async function surveyTunnels(fleet: Fleet, scope: RenderScope): Promise<TunnelStatus[]> {
  const gateway = gatewayOf(scope);
  if (gateway === undefined) return [];
  const tunnels = tunnelPlans(scope);
  const questions = new Map<Host, EndQuestion[]>();
  for (const { interface: name, host, local, helsinki } of tunnels) {
    questions.set(host, [{ interface: name, far: bare(helsinki) }]);
    if (gateway.kind !== 'linux') continue;
    const there = questions.get(gateway.host) ?? [];
    questions.set(gateway.host, [...there, { interface: name, far: bare(local) }]);
  }
  const scripts = new Map([...questions].map(([host, ends]) => [host, endScript(ends)]));
  const answers = await askHosts(fleet, scripts, { timeoutMs: ANSWER_MS });
  return worstTunnelFirst(
    tunnels.map((tunnel) =>
      tunnelStatus(
        tunnel,
        gateway.host.name,
        endOf(answers.get(tunnel.host), tunnel.interface),
        gateway.kind === 'linux' ? endOf(answers.get(gateway.host), tunnel.interface) : 'not asked',
      ),
    ),
  );
}

function endOf(answer: HostAnswer | undefined, name: string): EndWord {
  if (answer?.code === undefined) return 'unreachable';
  return parseEnds(answer.stdout).find((end) => end.interface === name) ?? 'unreachable';
}
