import { describe, expect, it } from 'vitest';
import { checkNetwork } from '../../../../../src/lib/operations/inventory/check/network.ts';
import { manifest as firewall } from '../../../../../src/platform/firewall/manifest.ts';
import { manifest as wireguard } from '../../../../../src/platform/wireguard/manifest.ts';
import { fleetWith } from '../../../inventory/fleet-fixture.ts';

const GATEWAY = 'task: router, services: [wireguard]';

function found(...changes: readonly (readonly [from: string, to: string])[]): string[] {
  const inventory = fleetWith(...changes);
  return checkNetwork({ inventory, manifests: [firewall, wireguard] }).map(
    ({ code, message }) => `${code} ${message}`,
  );
}

const gatewayIs = (settings: string) =>
  [GATEWAY, `${GATEWAY}, settings: { wireguard: { ${settings} } }`] as const;

describe('checkNetwork', () => {
  const everywhere = ['everywhere: [node-exporter]', 'everywhere: [node-exporter, firewall]'] as const;
  const whole = gatewayIs('gateway: linux, endpoint: 203.0.113.2');
  const services = [
    'services:\n  embedder',
    'services:\n  firewall: { settings: { management: [10.9.0.0/16] } }\n  embedder',
  ] as const;

  it('has nothing to say where everything is said', () => {
    expect(found(everywhere, whole, services)).toEqual([]);
  });

  it('knows that SSH is open to anybody while nobody says who operates', () => {
    expect(found(everywhere, whole)).toEqual([
      expect.stringMatching(/^SSH_OPEN_TO_ANYBODY .* on every host$/),
    ]);
    const one = [
      'status: create, task: entry',
      'status: create, settings: { firewall: { management: [] } }, task: entry',
    ] as const;
    expect(found(everywhere, whole, services, one)).toEqual([
      expect.stringMatching(/^SSH_OPEN_TO_ANYBODY .* on app$/),
    ]);
  });

  it('misses the gateway, its public address, and the key of a RouterOS', () => {
    expect(found()).toEqual([expect.stringMatching(/^TUNNEL_GATEWAY_MISSING/)]);
    expect(found(gatewayIs('gateway: linux'))).toEqual([
      expect.stringContaining('before its endpoint is known'),
    ]);
    expect(found(gatewayIs('gateway: routeros'))).toEqual([
      expect.stringContaining('before its endpoint and public_key are known'),
    ]);
  });

  it('asks nothing of what is not built', () => {
    expect(checkNetwork({ inventory: fleetWith(everywhere), manifests: [] })).toEqual([]);
  });
});
