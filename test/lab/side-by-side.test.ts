import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../src/lib/fleet/ledger/entry.ts';
import type { Rollout } from '../../src/lib/operations/deploy/rollout.ts';
import { TestFleet, until, type Answer } from './fleet.ts';
import { settled } from './truth.ts';

const HOSTS = ['scraper', 'local-mood'];
let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('abreast', HOSTS);
  await fleet.release('a');
  await addFollower();
});
afterAll(async () => {
  await fleet?.down();
});

/** `follower` is `hello` under another name and port, after `hello`. */
async function addFollower(): Promise<void> {
  const from = path.join(fleet.directory, 'services/hello');
  const folder = path.join(fleet.directory, 'services/follower');
  await mkdir(folder, { recursive: true });
  for (const name of ['main.ts', 'manifest.ts']) {
    const text = await readFile(path.join(from, name), 'utf8');
    await writeFile(
      path.join(folder, name),
      text
        .replace("name: 'hello'", "name: 'follower', after: ['hello']")
        .replace('port: 8099', 'port: 8095')
        .replaceAll('HELLO_', 'FOLLOWER_'),
    );
  }
  await fleet.place('follower', HOSTS);
}

const outcomes = (answer: Answer) =>
  Object.fromEntries(
    (answer.json() as { rollouts: Rollout[] }).rollouts.map(({ service, hosts, notStarted }) => [
      service,
      notStarted ?? hosts.map(({ result }) => result).join(' '),
    ]),
  );

/** What a host's ledger has of an action, in the order in which it was confirmed. */
async function ledger(host: string): Promise<LedgerEntry[]> {
  const lines = await fleet.console(host, 'cat /var/lib/unde/ledger.jsonl');
  return lines.split('\n').map((line) => JSON.parse(line) as LedgerEntry);
}

describe('services of one command, on real machines', () => {
  it('all arrive, foundations first and each behind what it is after', async () => {
    const answer = await fleet.ok('deploy', 'base,node-exporter,firewall,hello,follower', '--json');
    expect(outcomes(answer)).toEqual({
      base: 'ok ok',
      'node-exporter': 'ok ok',
      firewall: 'ok ok',
      hello: 'ok ok',
      follower: 'ok ok',
    });
    for (const host of HOSTS) {
      const services = (await ledger(host)).map(({ service }) => service);
      expect(services[0]).toBe('base');
      expect(services.indexOf('hello')).toBeLessThan(services.indexOf('follower'));
      expect(services.toSorted()).toEqual(['base', 'firewall', 'follower', 'hello', 'node-exporter']);
    }
    const again = await fleet.ok('deploy', 'base,node-exporter,firewall,hello,follower', '--json');
    expect(outcomes(again)).toEqual({});
  });

  it('one that fails goes back, what others confirm stays, what is after it is not started, and the command goes on', async () => {
    await fleet.release('b', { fault: 'exit' });
    await addFollower();
    await fleet.edit((inventory) => {
      inventory.services['follower'] = { settings: { greeting: 'after you' } };
      inventory.services['firewall'] = { settings: { management: ['203.0.113.0/24'] } };
    });
    const failed = await fleet.exits(7, 'deploy', 'hello,follower,firewall', '--json');
    expect(outcomes(failed)).toMatchObject({ follower: 'hello failed' });
    expect(outcomes(failed)['hello']).toContain('failed');
    expect(outcomes(failed)['firewall']).toContain('ok');
    expect(JSON.parse(await fleet.get('scraper', 8095, '/greeting'))).toMatchObject({ greeting: 'hello' });
    for (const host of HOSTS) await settled(fleet, host);
    expect(await fleet.greeting('scraper')).toBe('hello');

    await fleet.release('c');
    await addFollower();
    await fleet.ok('deploy', 'hello,follower,firewall');
    expect(JSON.parse(await fleet.get('scraper', 8095, '/greeting'))).toMatchObject({
      greeting: 'after you',
    });
    expect(outcomes(await fleet.ok('deploy', 'hello,follower,firewall', '--json'))).toEqual({});
  });

  it('two commands that share hosts do not wait for each other: one is refused, and holds nothing', async () => {
    await fleet.release('d');
    await addFollower();
    const first = fleet.start(['deploy', 'hello,follower', '--json', '-m', 'the first']);
    await until(
      'the lock of the first command',
      () => fleet.console('scraper', 'cat /run/unde/locks/follower'),
      (seen) => seen.includes('the first'),
    );
    const second = await fleet.exits(6, 'deploy', 'follower,node-exporter', '--json');
    expect(second.stdout + second.stderr).toContain('the first');
    const answer = await first.answer;
    expect(answer.code, answer.stderr).toBe(0);
    for (const host of HOSTS) {
      // A lock goes with the connection that held it.
      await until(
        `the locks on ${host} to be gone`,
        () => fleet.console(host, 'cat /run/unde/locks/*'),
        (seen) => seen === '',
      );
    }
  });

  it('Ctrl-C lets confirmed services be, takes the one under way back, and begins no further', async () => {
    await fleet.release('e', { stableSeconds: 30 });
    await addFollower();
    const running = fleet.start(['deploy', 'hello,follower']);
    await until(
      'the switch of hello',
      () => fleet.console('local-mood', 'ls /var/lib/unde/services/hello/pending 2>/dev/null'),
      (seen) => seen !== '',
    );
    running.interrupt();
    const answer = await running.answer;
    expect(answer.code, answer.stderr).toBe(130);
    expect(answer.stdout).toContain('follower on 2 host(s) was not started: interrupted by the operator');
    for (const host of HOSTS) await settled(fleet, host);
    await fleet.ok('drift', 'node-exporter');
  });
});
