import { describe, expect, it } from 'vitest';
import {
  endScript,
  parseEnds,
  type EndFacts,
} from '../../../../src/lib/operations/network/tunnel-end-script.ts';
import { tunnelStatus, worstTunnelFirst } from '../../../../src/lib/operations/network/tunnel-status.ts';
import { tunnelPlans } from '../../../../src/lib/desired/network/tunnels.ts';
import { networkScope } from '../../desired/network/network-scope.ts';

const [plan] = tunnelPlans(networkScope('wireguard', 'app'));
if (plan === undefined) throw new Error('the fixture has no tunnel');

const UP: EndFacts = {
  interface: 'wg-app',
  present: true,
  rttMs: 121.5,
  handshakeAgeSeconds: 40,
  receivedBytes: 1000,
  sentBytes: 2000,
};
const SILENT: EndFacts = { ...UP, rttMs: undefined, handshakeAgeSeconds: 300 };
const status = (local: Parameters<typeof tunnelStatus>[2], far: Parameters<typeof tunnelStatus>[3]) =>
  tunnelStatus(plan, 'gateway', local, far);

describe('parseEnds', () => {
  it('reads what each end says', () => {
    const said = `Welcome
end wg-app present 121.5 1760000000 1760000040 1000 2000
end wg-cache present - 0 1760000040 0 148
end wg-gone absent
`;
    expect(parseEnds(said)).toEqual([
      UP,
      {
        interface: 'wg-cache',
        present: true,
        rttMs: undefined,
        handshakeAgeSeconds: undefined,
        receivedBytes: 0,
        sentBytes: 148,
      },
      {
        interface: 'wg-gone',
        present: false,
        rttMs: undefined,
        handshakeAgeSeconds: undefined,
        receivedBytes: 0,
        sentBytes: 0,
      },
    ]);
  });

  it('asks for nothing that would print a private key', () => {
    const script = endScript([{ interface: 'wg-app', far: '10.3.0.100' }]);
    expect(script).not.toMatch(/dump|private|showconf/);
    expect(script).toContain('ask wg-app 10.3.0.100 &');
  });
});

describe('tunnelStatus', () => {
  it('is up when either end gets an answer through it', () => {
    expect(status(UP, UP)).toEqual({
      tunnel: 'wg-app',
      from: 'app',
      state: 'up',
      rttMs: 121.5,
      handshakeAgeSeconds: 40,
      receivedBytes: 1000,
      sentBytes: 2000,
      reason: '',
    });
    expect(status('unreachable', UP)).toMatchObject({
      state: 'up',
      receivedBytes: null,
      reason: 'app could not be asked',
    });
    expect(status(UP, 'not asked')).toMatchObject({ state: 'up', reason: '' });
  });

  it.each([
    ['an interface that is gone', { ...SILENT, present: false }, SILENT, 'app has no such interface'],
    ['an end that cannot be asked', 'unreachable', SILENT, 'app could not be asked'],
    ['ends that fell silent', SILENT, SILENT, 'nothing answers; the ends last agreed on keys 5m ago'],
    [
      'ends that never met',
      { ...SILENT, handshakeAgeSeconds: undefined },
      'not asked',
      'never agreed on keys',
    ],
  ] as const)('says why it is down: %s', (_, local, far, reason) => {
    const found = status(local, far);
    expect(found).toMatchObject({ state: 'down', rttMs: null });
    expect(found.reason).toContain(reason);
  });

  it('knows nothing where nobody could be asked, and puts what is down first', () => {
    const all = [status(UP, UP), status('unreachable', 'unreachable'), status(SILENT, SILENT)];
    expect(worstTunnelFirst(all).map(({ state }) => state)).toEqual(['down', 'unknown', 'up']);
  });
});
