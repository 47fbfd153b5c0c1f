import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestFleet } from './fleet.ts';

let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('bare', ['scraper'], ['--bare']);
});
afterAll(async () => {
  await fleet?.down();
});

it('installs a platform service on a host that has nothing but systemd and sshd', async () => {
  const before = await fleet.on(
    'scraper',
    'dpkg-query -W prometheus-node-exporter 2>&1; command -v curl python3',
  );
  expect(before).toContain('no packages found');

  const plan = await fleet.unde(['plan', 'node-exporter']);
  expect(plan.stdout).toContain('package prometheus-node-exporter: absent → installed');
  const answer = await fleet.unde(['deploy', 'node-exporter', '--json']);
  expect(answer.stderr).toBe('');
  expect(answer.code).toBe(0);

  await fleet.ok('drift', 'node-exporter');
  const metrics = await fleet.get('scraper', 9100, '/metrics');
  expect(metrics.match(/^node_/gm)?.length).toBeGreaterThanOrEqual(10);
});

it('says which package could not be installed, and leaves the host as it was, when the mirror is away', async () => {
  await fleet.on(
    'scraper',
    'apt-get -qq -y purge prometheus-node-exporter; rm -rf /var/cache/apt/archives/*.deb',
  );
  await fleet.ok('lab', 'cut', 'lab-mirror', '--name', fleet.lab);
  const answer = await fleet.exits(7, 'deploy', 'node-exporter');
  expect(answer.stderr).toContain('apt-get could not install prometheus-node-exporter');
  expect(await fleet.on('scraper', 'systemctl is-enabled prometheus-node-exporter 2>&1')).toContain(
    'not-found',
  );

  await fleet.ok('lab', 'heal', '--name', fleet.lab);
  await fleet.ok('deploy', 'node-exporter');
});
