import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlagAnswer, FlagLook } from '../../src/lib/cli/flags-command.ts';
import type { FlagChange } from '../../src/lib/operations/flags/timeline.ts';
import type { FleetStatus } from '../../src/lib/operations/status/status.ts';
import { TestFleet, until, type Answer } from './fleet.ts';

/** Two services that read flags: one on two hosts, and one that shares a host with it. */
const PLACES: Readonly<Record<string, string[]>> = {
  scraper: ['lantern', 'signpost'],
  'local-mood': ['lantern'],
  push: ['signpost'],
};

let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('flags', Object.keys(PLACES));
  await fleet.edit((inventory, hosts) => {
    inventory.everywhere = [];
    for (const [name, services] of Object.entries(PLACES)) {
      const host = hosts[name];
      if (host !== undefined) host.services = services;
    }
  });
  await fleet.ok('deploy', 'lantern,signpost');
});
afterAll(async () => {
  await fleet?.down();
});

const flags = (...args: string[]): Promise<Answer> => fleet.unde(['flags', ...args, '--json']);

/** The answer of a command for flags, which must end with a code. */
const exits = (code: number, ...args: string[]): Promise<Answer> =>
  fleet.exits(code, 'flags', ...args, '--json');

const look = async (...args: string[]) => (await flags(...args)).json() as FlagLook;
const fileOn = (host: string, service: string) =>
  fleet
    .on(host, `cat /var/lib/unde/flags/${service}.json`)
    .then((text) => JSON.parse(text) as { version: string });

/** Changes flags, which must work; the answer. */
async function set(...assignments: string[]): Promise<FlagAnswer> {
  return (await exits(0, 'set', ...assignments, '-m', 'a test')).json() as FlagAnswer;
}

/** What a service says, asked on its host. */
async function ask(host: string, port: number, route: string): Promise<Record<string, unknown>> {
  const body = await fleet.get(host, port, route);
  if (!body.startsWith('{')) throw new Error(`port ${port} of ${host} answered: ${body}`);
  return JSON.parse(body) as Record<string, unknown>;
}

/** What stays the same as long as nothing is restarted. */
const starts = (host: string, service: string) =>
  fleet.on(host, `systemctl show -p InvocationID,NRestarts --value unde-${service} | xargs`);

/** The values that are in force, by flag. */
async function values(): Promise<Record<string, string>> {
  const { flags: list } = await look('list');
  return Object.fromEntries(list.map(({ flag, value }) => [flag, value]));
}

describe('unde flags, on real machines', () => {
  it('lists the defaults of what nobody has touched', async () => {
    const { flags: list, unreachable } = await look('list');
    expect(unreachable).toEqual([]);
    expect(list.map(({ flag, value, changed }) => [flag, value, changed])).toEqual([
      ['GLOW', 'bright', null],
      ['SHARE', '0.8', null],
      ['LAMPS', '3', null],
      ['NIGHT', '24 hours', null],
      ['ROUTE', 'coast', null],
    ]);
    expect(await ask('scraper', 8098, '/health')).toMatchObject({ flags: { version: '0' } });
  });

  it('sets flags of several services at once, on all hosts, without a restart', async () => {
    const before = await Promise.all([
      starts('scraper', 'lantern'),
      starts('local-mood', 'lantern'),
      starts('push', 'signpost'),
    ]);
    const answer = await set('GLOW=dim', 'NIGHT=1 day 12 hours', 'ROUTE=inland');
    expect(answer.changes).toEqual([
      { service: 'lantern', flag: 'GLOW', from: null, to: 'dim' },
      { service: 'lantern', flag: 'NIGHT', from: null, to: '36 hours' },
      { service: 'signpost', flag: 'ROUTE', from: null, to: 'inland' },
    ]);
    expect(
      answer.processes.map(({ host, service, confirmed }) => `${host} ${service} ${confirmed}`).sort(),
    ).toEqual([
      'local-mood lantern true',
      'push signpost true',
      'scraper lantern true',
      'scraper signpost true',
    ]);
    for (const { ms, pid, invocation } of answer.processes) {
      expect(ms).toBeLessThan(15_000);
      expect(pid).toBeGreaterThan(1);
      expect(invocation).toMatch(/^[0-9a-f]{32}$/);
    }
    expect(
      await Promise.all([
        starts('scraper', 'lantern'),
        starts('local-mood', 'lantern'),
        starts('push', 'signpost'),
      ]),
    ).toEqual(before);
    expect(await ask('local-mood', 8098, '/flags')).toEqual({
      version: answer.version,
      values: { GLOW: 'dim', SHARE: 0.8, LAMPS: 3, NIGHT: 36 * 3_600_000 },
    });
    expect(await ask('push', 8097, '/flags')).toEqual({
      version: answer.version,
      values: { ROUTE: 'inland' },
    });
    expect((await set('GLOW=dim', 'NIGHT=36 hours')).version).toBeNull();
  });

  it('refuses what a flag does not take before it touches anything', async () => {
    const refused = async (...args: string[]) => {
      const answer = await exits(2, 'set', ...args);
      return (answer.json() as { error: { code: string; hint: string } }).error;
    };
    expect(await refused('GLOW=dimm', '-m', 'x')).toMatchObject({
      code: 'BAD_FLAG_VALUE',
      hint: 'did you mean dim?',
    });
    expect(await refused('GLOW=dim', 'SHARE=2', '-m', 'x')).toMatchObject({ code: 'BAD_FLAG_VALUE' });
    expect(await refused('GLO=dim', '-m', 'x')).toMatchObject({
      code: 'UNKNOWN_FLAG',
      hint: 'did you mean GLOW?',
    });
    expect(await refused('GLOW=bright')).toMatchObject({ code: 'NO_REASON' });
    expect(await values()).toMatchObject({ GLOW: 'dim', SHARE: '0.8' });
  });

  it('answers a request with the version that it began with', async () => {
    const slow = ask('scraper', 8098, '/slowly');
    const one = await ask('scraper', 8098, '/health');
    const { version } = await set('GLOW=blinking');
    const { flags: began } = one as { flags: { version: string } };
    const answer = await slow;
    // The change may have come before the request or after it, but never into it.
    expect([
      { version: began.version, glow: 'dim' },
      { version, glow: 'blinking' },
    ]).toContainEqual({ version: answer['version'], glow: answer['glow'] });
  });

  it('goes back one change after the other, for all services of a change together', async () => {
    await flags('rollback');
    expect(await values()).toMatchObject({ GLOW: 'dim', NIGHT: '36 hours', ROUTE: 'inland' });
    await exits(0, 'rollback');
    expect(await values()).toMatchObject({ GLOW: 'bright', NIGHT: '24 hours', ROUTE: 'coast' });
    await exits(4, 'rollback');

    const { changes } = (await flags('history')).json() as { changes: FlagChange[] };
    expect(changes.map(({ by, why, deltas }) => [by, why.replace(/\d{8}-\S+/, 'V'), deltas.length])).toEqual([
      ['tester@bench', 'rollback to 0', 3],
      ['tester@bench', 'rollback to V', 1],
      ['tester@bench', 'a test', 1],
      ['tester@bench', 'a test', 3],
    ]);
    const [, , blinking] = changes;
    await exits(0, 'rollback', '--to', blinking?.version ?? '', '-m', 'it was right');
    expect(await values()).toMatchObject({ GLOW: 'blinking', NIGHT: '36 hours', ROUTE: 'inland' });
    const ledger = await fleet.unde(['history', 'lantern', '--json']);
    const { entries } = ledger.json() as { entries: { action: string; who: string; reason: string }[] };
    expect(entries[0]).toMatchObject({
      action: 'flags',
      who: 'tester@bench',
      reason: 'GLOW default → blinking, NIGHT default → 36 hours: it was right',
    });
  });

  it('lets one of several operators win, and tells the others what changed under them', async () => {
    const told: string[] = [];
    for (let round = 1; round <= 12 && told.length === 0; round++) {
      const lamps = [10, 20, 30].map((tens) => String(tens + round));
      const answers = await Promise.all(
        lamps.map((count, index) =>
          fleet.unde(['flags', 'set', `LAMPS=${count}`, '-m', `operator ${index}`, '--json'], {
            UNDE_OPERATOR: `operator${index}@bench`,
          }),
        ),
      );
      const winners = answers.flatMap(({ code }, index) => (code === 0 ? [lamps[index]] : []));
      expect(winners.length).toBeGreaterThan(0);
      // Whoever lost has changed nothing anywhere; the last who won is who is in force, on every host.
      expect(winners).toContain((await values())['LAMPS']);
      const files = await Promise.all([fileOn('scraper', 'lantern'), fileOn('local-mood', 'lantern')]);
      expect(files[0]).toEqual(files[1]);
      for (const answer of answers.filter(({ code }) => code !== 0)) {
        const { error } = answer.json() as { error: { code: string; message: string; details: string[] } };
        expect(answer.code).toBe(4);
        expect(error.code).toBe('FLAGS_CHANGED');
        expect(error.message).toMatch(/^operator\d@bench changed the flags of lantern on /);
        told.push(...error.details);
      }
    }
    expect(told.join()).toMatch(/LAMPS \S+ → \d+,because: operator \d/);
  });

  it('finds a host that cannot be reached first, and mends it later when told to go ahead without', async () => {
    await set('ROUTE=coast');
    await fleet.ok('lab', 'cut', 'push', '--name', fleet.lab);
    const refused = await exits(5, 'set', 'GLOW=dim', 'ROUTE=closed', '-m', 'refused');
    expect(refused.json()).toMatchObject({ error: { code: 'HOSTS_UNREACHABLE', where: { host: 'push' } } });
    expect(await ask('scraper', 8097, '/flags')).toMatchObject({ values: { ROUTE: 'coast' } });
    expect(await ask('scraper', 8098, '/flags')).toMatchObject({ values: { GLOW: 'blinking' } });
    // Flags that push does not read can be set without it.
    expect((await set('GLOW=dim')).missed).toEqual([]);

    const partial = await exits(
      5,
      'set',
      'ROUTE=closed',
      '-m',
      'the coast road is out',
      '--skip-unreachable',
    );
    const change = partial.json() as FlagAnswer;
    expect(change.missed).toMatchObject([{ host: 'push', services: ['signpost'] }]);
    expect(change.processes).toMatchObject([{ host: 'scraper', service: 'signpost', confirmed: true }]);
    expect(await look('status')).toMatchObject({
      owed: [{ host: 'push', service: 'signpost', version: change.version, why: 'the coast road is out' }],
    });

    await fleet.ok('lab', 'heal', 'push', '--name', fleet.lab);
    const status = (await fleet.unde(['status', 'signpost', '--json'])).json() as FleetStatus;
    expect(status.problems).toMatchObject([
      { code: 'FLAGS_LEFT_BEHIND', severity: 'error', hosts: ['push'] },
    ]);
    expect(status.flags).toMatchObject([{ flag: 'ROUTE', differs: true, value: 'closed' }]);
    const drift = await fleet.exits(9, 'drift', 'signpost', '--json');
    expect(drift.json()).toMatchObject({ flags: [{ host: 'push', service: 'signpost' }] });
    await exits(10, 'status');

    // Whatever flag is set next, the host is mended along the way.
    const next = await set('GLOW=bright');
    expect(next.mended).toMatchObject([{ host: 'push', service: 'signpost' }]);
    expect(await fileOn('push', 'signpost')).toEqual(await fileOn('scraper', 'signpost'));
    expect(await ask('push', 8097, '/flags')).toMatchObject({
      version: change.version,
      values: { ROUTE: 'closed' },
    });
    await exits(0, 'status');
    expect(await fleet.on('scraper', 'ls /var/lib/unde/flags/owed')).toBe('');
    await fleet.ok('drift', 'signpost');
  });

  it('starts a service with its last known good values where its file is damaged, and says so', async () => {
    const { version } = await set('GLOW=blinking', 'SHARE=0.25');
    // As a power cut would leave it, were it not written as it is.
    await fleet.on('local-mood', 'truncate -s 40 /var/lib/unde/flags/lantern.json');
    await until(
      'a process that notices',
      () => ask('local-mood', 8098, '/health'),
      (health) => 'damaged' in (health['flags'] as object),
    );
    await fleet.ok('restart', 'lantern+host:local-mood');
    expect(await ask('local-mood', 8098, '/flags')).toMatchObject({
      version,
      values: { GLOW: 'blinking', SHARE: 0.25 },
    });
    expect(await ask('local-mood', 8098, '/health')).toMatchObject({
      flags: { version, damaged: 'the file is not JSON' },
    });
    await until(
      'the journal',
      () => fleet.on('local-mood', 'journalctl -q -u unde-lantern -n 50 -o cat'),
      (logs) => logs.includes(`flags stay at ${version}: the file is not JSON`),
    );
    const status = (await fleet.unde(['status', 'lantern', '--json'])).json() as FleetStatus;
    expect(status.problems).toMatchObject([{ code: 'FLAGS_LEFT_BEHIND', hosts: ['local-mood'] }]);

    const started = await starts('local-mood', 'lantern');
    const mended = await exits(0, 'mend');
    expect((mended.json() as FlagAnswer).mended).toMatchObject([{ host: 'local-mood', service: 'lantern' }]);
    expect(await ask('local-mood', 8098, '/health')).toMatchObject({ flags: { version } });
    expect(await starts('local-mood', 'lantern')).toBe(started);
    await exits(0, 'status');
  });

  it('has an exit code for a process that does not confirm, and the change in force once it starts', async () => {
    await fleet.ok('stop', 'signpost+host:push');
    const answer = await exits(11, 'set', 'ROUTE=coast', '-m', 'open again', '--timeout', '5');
    const { processes, version } = answer.json() as FlagAnswer;
    expect(processes.find(({ host }) => host === 'push')).toMatchObject({
      confirmed: false,
      why: 'nothing listens on port 8097',
    });
    expect(processes.find(({ host }) => host === 'scraper')).toMatchObject({ confirmed: true });
    await fleet.ok('start', 'signpost+host:push');
    expect(await ask('push', 8097, '/flags')).toMatchObject({ version, values: { ROUTE: 'coast' } });
  });

  it('goes to the emergency values with one host down, says which, and all of it comes back together', async () => {
    await set('GLOW=bright', 'ROUTE=inland');
    const before = await values();
    await fleet.ok('lab', 'cut', 'push', '--name', fleet.lab);
    const answer = await fleet.exits(5, 'flags', 'emergency-rollback', '-y');
    expect(answer.stdout).toMatch(/goes ahead without signpost on push/);
    expect(answer.stdout.match(/✔ \S+ on \S+ runs it after \d+ ms/g)).toHaveLength(3);
    expect(await ask('scraper', 8097, '/flags')).toMatchObject({ values: { ROUTE: 'closed' } });
    expect(await ask('local-mood', 8098, '/flags')).toMatchObject({ values: { GLOW: 'dim' } });
    await fleet.ok('lab', 'heal', 'push', '--name', fleet.lab);

    await exits(0, 'mend');
    expect(await ask('push', 8097, '/flags')).toMatchObject({ values: { ROUTE: 'closed' } });
    await exits(0, 'rollback', '-m', 'over');
    expect(await values()).toEqual(before);
    expect(await ask('push', 8097, '/flags')).toMatchObject({ values: { ROUTE: before['ROUTE'] } });
  });

  it('takes back a change that a host had missed, though the host never had it', async () => {
    await set('GLOW=bright', 'ROUTE=coast');
    const before = await values();
    await fleet.ok('lab', 'cut', 'push', '--name', fleet.lab);
    await exits(5, 'emergency-rollback');
    await exits(5, 'rollback');
    await exits(5, 'rollback', '--skip-unreachable');
    expect(await values()).toEqual(before);
    await fleet.ok('lab', 'heal', 'push', '--name', fleet.lab);
    await exits(0, 'mend');
    expect(await values()).toEqual(before);
    expect(await ask('push', 8097, '/flags')).toMatchObject({ values: { ROUTE: before['ROUTE'] } });
    await exits(0, 'status');
  });
});
