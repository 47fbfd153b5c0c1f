import { describe, expect, it } from 'vitest';
import { gatewayOf, tunnelPlans, tunnelPort } from '../../../../src/lib/desired/network/tunnels.ts';
import { networkScope } from './network-scope.ts';

const ROUTEROS = [
  'gateway: linux, endpoint: 203.0.113.2',
  'gateway: routeros, endpoint: 203.0.113.2, public_key: ROUTER=',
] as const;

describe('gatewayOf', () => {
  it('is the host that the settings say, with its public address and key', () => {
    expect(gatewayOf(networkScope('wireguard', 'app'))).toMatchObject({
      host: { name: 'gateway' },
      kind: 'linux',
      endpoint: '203.0.113.2',
      publicKey: 'PUBLIC-OF-gateway=',
    });
  });

  it('has the key that RouterOS made; a lab has no RouterOS, and one link', () => {
    expect(gatewayOf(networkScope('wireguard', 'app', { inventory: [ROUTEROS] }))).toMatchObject({
      kind: 'routeros',
      publicKey: 'ROUTER=',
    });
    expect(
      gatewayOf(networkScope('wireguard', 'app', { inventory: [ROUTEROS], context: 'lab' })),
    ).toMatchObject({ kind: 'linux', endpoint: '198.18.0.2', publicKey: 'PUBLIC-OF-gateway=' });
  });

  it('is nobody where the lab did not boot it', () => {
    expect(gatewayOf(networkScope('wireguard', 'app', { hosts: ['app', 'db'] }))).toBeUndefined();
  });
});

describe('tunnelPlans', () => {
  it('gives each tunnel a port that does not depend on the others', () => {
    expect(tunnelPort({ local: '10.3.50.1/32' })).toBe(51_870);
    expect(tunnelPlans(networkScope('wireguard', 'app')).map(({ port }) => port)).toEqual([51_820, 51_827]);
    expect(
      tunnelPlans(networkScope('wireguard', 'app', { context: 'lab' })).map(({ port, local }) => [
        port,
        local,
      ]),
    ).toEqual([
      [51_820, '198.19.128.1/32'],
      [51_827, '198.19.135.1/32'],
    ]);
  });

  it('leaves out hosts that a lab did not boot, and says where a key is missing', () => {
    const plans = tunnelPlans(
      networkScope('wireguard', 'gateway', { hosts: ['gateway', 'cache'], keyless: ['wireguard-cache'] }),
    );
    expect(plans).toMatchObject([{ interface: 'wg-cache', publicKey: undefined }]);
  });
});
