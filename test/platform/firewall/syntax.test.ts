import { execFileSync, spawnSync } from 'node:child_process';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { renderRuleset } from '../../../src/platform/firewall/ruleset.ts';
import { networkScope } from '../../lib/desired/network/network-scope.ts';
import { inventory, shippedScope } from '../../lib/desired/scope/shipped-scope.ts';

/** A namespace of its own: nft asks the kernel, and nothing of this machine's rules may matter, or change. */
const CHECK = ['--net', 'nft', '--check', '--file', '-'];

const can = process.getuid?.() === 0 && spawnSync('unshare', ['--net', 'nft', '--version']).status === 0;

function check(rules: string): void {
  execFileSync('unshare', CHECK, { input: rules, stdio: ['pipe', 'pipe', 'pipe'] });
}

const SETTINGS = 'firewall: { settings: { management: [198.51.100.0/24] } }';

describe.skipIf(!can)('nft(8)', () => {
  it('takes the rules of every host that ships', async () => {
    const scope = await shippedScope('firewall');
    expect(inventory.hosts).toHaveLength(30);
    for (const host of scope.hosts) {
      check(renderRuleset({ ...scope, host, settings: scope.settingsOf(host, 'firewall') }));
    }
  });

  it.each([
    ['a gateway in a lab', 'gateway', '', 'lab'],
    ['guests', 'db', 'forward: guests, open: [443/tcp@internet, 53/udp@10.1.0.0/16]', 'production'],
    [
      'both families, and ranges that overlap',
      'worker',
      'management: [10.1.0.0/16, 10.1.0.7, "2001:db8::/48"]',
      'production',
    ],
  ] as const)('takes the rules of %s', (_, host, settings, context) => {
    const changes = {
      inventory: [[SETTINGS, `firewall: { settings: { ${settings} } }`] as const],
      context,
    };
    expect(() => check(renderRuleset(networkScope('firewall', host, changes)))).not.toThrow();
  });

  it('refuses what is wrong', () => {
    const rules = renderRuleset(networkScope('firewall', 'db')).replace('policy drop', 'policy dorp');
    expect(() => check(rules)).toThrow();
  });
});
