import type { Fleet } from '../../fleet/fleet.ts';
import type { Host } from '../../inventory/inventory.ts';
import type { RenderScope } from '../../manifest/manifest.ts';
import { askEach, type HostWord } from '../../fleet/ask/ask-each.ts';
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
  const words = await askEach(fleet, scripts, ANSWER_MS);
  return worstTunnelFirst(
    tunnels.map((tunnel) =>
      tunnelStatus(
        tunnel,
        gateway.host.name,
        wordOf(words.get(tunnel.host.name), tunnel.interface),
        gateway.kind === 'linux' ? wordOf(words.get(gateway.host.name), tunnel.interface) : 'not asked',
      ),
    ),
  );
}

function wordOf(word: HostWord | undefined, name: string): EndWord {
  if (word?.stdout === undefined) return 'unreachable';
  return parseEnds(word.stdout).find((end) => end.interface === name) ?? 'unreachable';
}
