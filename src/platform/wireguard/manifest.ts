import { gatewayOf, keySecret, tunnelPlans, WIREGUARD } from '../../lib/desired/network/tunnels.ts';
import type { ClientSpec } from '../../lib/manifest/client.ts';
import type { PlatformManifest, RenderScope } from '../../lib/manifest/manifest.ts';
import type { SecretSpec } from '../../lib/manifest/secret.ts';
import { alerts, metrics } from './metrics.ts';
import { renderFiles, SCRIPT } from './files.ts';

/**
 * The tunnels between the sites, and the routes into them: on a local host its own tunnel, on the gateway the far end
 * of all, on Helsinki's other hosts the way to the gateway.
 */
export const manifest: PlatformManifest = {
  kind: 'platform',
  name: WIREGUARD,
  purpose: 'tunnels between the sites, and the routes into them',
  // wireguard-go carries a tunnel where the kernel has no module for it.
  packages: ['wireguard-tools', 'wireguard-go', 'iputils-ping'],
  unit: 'unde-wireguard.service',
  rolling: 'independent',
  health: { command: `${SCRIPT} check`, startSeconds: 30, stableSeconds: 2 },
  metrics,
  settings: [
    {
      variable: 'GATEWAY',
      key: 'gateway',
      type: 'string',
      default: '',
      purpose:
        'linux or routeros on the host that all tunnels lead to, by what ends them there; nothing elsewhere',
    },
    {
      variable: 'ENDPOINT',
      key: 'endpoint',
      type: 'string',
      default: '',
      purpose: "the gateway's public address, which local hosts send their tunnel to",
    },
    {
      variable: 'PUBLIC_KEY',
      key: 'public_key',
      type: 'string',
      default: '',
      purpose:
        'the public key that RouterOS made up for itself; a Linux gateway has its key from the secrets',
    },
    {
      variable: 'NEXT_HOP',
      key: 'next_hop',
      type: 'string',
      default: '',
      purpose:
        "who passes Helsinki's packets on to the gateway: its own address unless told otherwise, a router's, or none where the provider's network knows the way",
    },
    {
      variable: 'MTU',
      key: 'mtu',
      type: 'integer',
      default: 1420,
      minimum: 1280,
      maximum: 1420,
      purpose: 'the largest packet inside a tunnel, in bytes',
    },
  ],
  secrets,
  clients,
  // node-exporter reads what it measures from a file.
  scrape: [],
  alerts,
  files: renderFiles,
};

/** Each end that is ours has a key; the gateway one for all of its tunnels. RouterOS keeps its own to itself. */
function secrets(scope: RenderScope): SecretSpec[] {
  const gateway = gatewayOf(scope);
  const isEnd =
    tunnelPlans(scope).some(({ host }) => host.name === scope.host.name) ||
    (gateway?.kind === 'linux' && gateway.host.name === scope.host.name);
  if (!isEnd) return [];
  return [
    {
      secret: keySecret(scope.host),
      credential: 'key',
      kind: 'wireguard-key',
      title: 'WireGuard private keys',
      onChange: 'reload',
    },
  ];
}

/** Tunnels come from public addresses that nobody knows before; a packet without a known key gets no answer. */
function clients(scope: RenderScope): ClientSpec[] {
  if (gatewayOf(scope)?.host.name !== scope.host.name) return [];
  return tunnelPlans(scope).map(({ port }) => ({ internet: true, port, protocol: 'udp' }));
}
