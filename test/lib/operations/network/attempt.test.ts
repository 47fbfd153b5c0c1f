import { describe, expect, it } from 'vitest';
import { attemptsOf, type Attempt } from '../../../../src/lib/operations/network/attempt.ts';
import { networkScope } from '../../desired/network/network-scope.ts';

function text({ from, to, port, service, expected }: Attempt): string {
  return `${from.name} > ${to.name}:${port} ${service} ${expected}`;
}

const OPTIONS = { sample: 2, management: () => [] };

describe('attemptsOf', () => {
  const scope = networkScope('firewall', 'db');

  it('tries every declared path over TCP of what is built, from each of its clients', () => {
    const open = attemptsOf(scope, OPTIONS).filter(({ expected }) => expected === 'open');
    expect(open.map(text)).toEqual([
      'watch > app:9100 node-exporter open',
      'worker > cache:6379 store open',
      'app > cache:6379 store open',
      'watch > cache:9100 node-exporter open',
      'watch > gateway:9100 node-exporter open',
      'worker > db:6379 store open',
      'app > db:6379 store open',
      'watch > db:9100 node-exporter open',
      'watch > worker:9100 node-exporter open',
    ]);
  });

  it('tries as many undeclared ones to each host, the same every time, and never a declared one', () => {
    const closed = attemptsOf(scope, OPTIONS).filter(({ expected }) => expected === 'closed');
    const again = attemptsOf(networkScope('firewall', 'db'), OPTIONS);
    expect(closed.map(text)).toEqual(again.filter(({ expected }) => expected === 'closed').map(text));
    const perHost = Map.groupBy(closed, ({ to }) => to.name);
    expect([...perHost.values()].map((each) => each.length)).toEqual([2, 2, 2, 2, 2, 2]);
    const declared = new Set(
      attemptsOf(scope, OPTIONS)
        .filter(({ expected }) => expected === 'open')
        .map(({ from, to, port }) => `${from.name} ${to.name} ${port}`),
    );
    const everything = attemptsOf(scope, { ...OPTIONS, sample: 1000 }).filter(
      ({ expected }) => expected === 'closed',
    );
    expect(
      everything.filter(({ from, to, port }) => declared.has(`${from.name} ${to.name} ${port}`)),
    ).toEqual([]);
    // What the whole fleet or anybody may reach is no secret to anybody.
    expect(everything.filter(({ port }) => port === 8000 || port === 443)).toEqual([]);
    expect(everything.filter(({ service }) => service === 'ssh')).toEqual([]);
  });

  it('tries SSH from hosts that may not log in, once a management range says who may', () => {
    const management = () => ['10.1.0.4/30', '2001:db8::/48'];
    const ssh = attemptsOf(scope, { sample: 1000, management, to: 'app' }).filter(
      ({ service }) => service === 'ssh',
    );
    // 10.1.0.4/30 holds db, worker and watch.
    expect(ssh.map(({ from }) => from.name)).toEqual(expect.arrayContaining(['cache', 'gateway']));
    expect(ssh).toHaveLength(2);
  });

  it('narrows to one host at either end', () => {
    const some = attemptsOf(scope, { ...OPTIONS, from: 'watch', to: 'db' });
    expect(some.map(text)).toEqual(['watch > db:9100 node-exporter open', 'watch > db:6379 store closed']);
  });

  it('tries what anybody may use from one host of each site', () => {
    const scope = networkScope('firewall', 'db', {
      inventory: [['planned:', 'planned:\n  other: {}']],
      manifests: networkScope('firewall', 'db').manifests.map((manifest) =>
        manifest.name === 'store' ? { ...manifest, clients: [{ internet: true as const }] } : manifest,
      ),
    });
    const open = attemptsOf(scope, { ...OPTIONS, to: 'db' }).filter(({ port }) => port === 6379);
    expect(open.map(text)).toEqual(['app > db:6379 store open', 'gateway > db:6379 store open']);
  });
});
