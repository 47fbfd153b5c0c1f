import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServicePlan } from '../../src/lib/operations/plan/plan.ts';
import { placeChores } from './chores-fleet.ts';
import { TestFleet, until } from './fleet.ts';
import { askRedis, secretOf, Writer, type Login } from './redis-client.ts';

const BROKER = 'push';
const CACHE = 'local-redis';
let fleet: TestFleet;
let chores: Login;

beforeAll(async () => {
  fleet = await TestFleet.up('redis', [BROKER, CACHE]);
  await placeChores(fleet, [BROKER]);
});
afterAll(async () => {
  await fleet?.down();
});

const operator = (command: string, host = BROKER) => fleet.on(host, `unde-redis ${command}`);
const health = (host = BROKER) => fleet.on(host, '/usr/local/lib/unde/redis-health; echo "code $?"');
const metric = async (name: string) =>
  new RegExp(`^${name} (.*)$`, 'm').exec(await fleet.get(BROKER, 9121, '/metrics'))?.[1];
const isWell = () =>
  until(
    'Redis to be well',
    () => health(),
    (said) => said === 'code 0',
  );
/** Stops Redis, lets something be done meanwhile, and has it back. */
async function stopped<T>(work: () => Promise<T>): Promise<T> {
  await fleet.console(BROKER, 'systemctl stop redis-server');
  try {
    return await work();
  } finally {
    await fleet.console(BROKER, 'systemctl start redis-server');
    await isWell();
  }
}
const numbers = ({ acknowledged }: Writer) => acknowledged.map(({ number }) => number);

/** The numbers of a writer's keys that Redis does not have. */
async function missing(key: string, wanted: readonly number[]): Promise<number[]> {
  const lost: number[] = [];
  for (let from = 0; from < wanted.length; from += 1000) {
    const some = wanted.slice(from, from + 1000);
    const asked = some.map((each) => ['STRLEN', `${key}:${each}`]);
    const lengths = await askRedis(fleet, BROKER, chores, asked);
    lost.push(...some.filter((_, index) => !(Number(lengths[index]) > 0)));
  }
  return lost;
}

describe('Redis on real machines', { timeout: 300_000 }, () => {
  it('is deployed as broker and as cache, with its exporter, and has nothing to do the second time', async () => {
    await fleet.ok('deploy', 'redis,redis-exporter');
    await fleet.ok('deploy', 'chores');
    chores = { username: 'chores', password: await secretOf(fleet, 'redis-broker-chores') };
    const again = (await fleet.unde(['plan', 'redis,redis-exporter,chores', '--json'])).json() as {
      plan: ServicePlan[];
    };
    expect(again.plan.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'no change'));
    expect(await operator('CONFIG GET maxmemory-policy')).toContain('noeviction');
    expect(await operator('CONFIG GET appendonly')).toContain('yes');
    expect(await operator('CONFIG GET maxmemory-policy', CACHE)).toContain('volatile-lru');
    expect(await operator('CONFIG GET appendonly', CACHE)).toContain('no');
    expect(await metric('redis_up')).toBe('1');
    expect(Number(await metric('redis_memory_max_bytes'))).toBeGreaterThan(2 ** 28);
  });

  it('lets each client do what its rules say, and nobody else anything', async () => {
    const [set, other, keys, config, flush, publish, script] = await askRedis(fleet, BROKER, chores, [
      ['SET', 'chores:a', '1'],
      ['SET', 'bull:recognition:1', '1'],
      ['KEYS', '*'],
      ['CONFIG', 'GET', '*'],
      ['FLUSHALL'],
      ['PUBLISH', 'chores:events', 'x'],
      ['EVAL', 'return redis.call("GET", "bull:recognition:1")', '0'],
    ]);
    expect(set).toBe('OK');
    for (const refused of [other, keys, config, flush, publish, script]) {
      expect(refused).toEqual({ error: expect.stringContaining('NOPERM') });
    }
    const strangers: readonly (readonly [Login, string])[] = [
      [{}, 'NOAUTH'],
      [{ password: chores.password ?? '' }, 'WRONGPASS'],
      [{ username: 'chores', password: 'guessed' }, 'WRONGPASS'],
      [{ username: 'health', password: '' }, 'WRONGPASS'],
    ];
    for (const [login, error] of strangers) {
      const [reply] = await askRedis(fleet, BROKER, login, [['PING']]);
      expect([login, reply]).toEqual([login, { error: expect.stringMatching(error) }]);
    }
    // The user of one Redis is nobody to the other.
    const [cache] = await askRedis(fleet, CACHE, chores, [['PING']]);
    expect(cache).toEqual({ error: expect.stringContaining('WRONGPASS') });
  });

  it('shows its exporter no key, and lets the operator of the host change no setting', async () => {
    const exporter = { username: 'exporter', password: await secretOf(fleet, 'redis-broker-redis-exporter') };
    const [info, ...refused] = await askRedis(fleet, BROKER, exporter, [
      ['INFO', 'server'],
      ['GET', 'chores:a'],
      ['SCAN', '0'],
      ['CONFIG', 'GET', 'dir'],
      ['SET', 'chores:a', '2'],
    ]);
    expect(info).toContain('redis_version:8.');
    for (const reply of refused) expect(reply).toEqual({ error: expect.stringContaining('NOPERM') });
    expect(await operator('GET chores:a')).toBe('1');
    expect(await operator('CONFIG SET maxmemory 1')).toContain('NOPERM');
    expect(await operator('FLUSHALL')).toContain('NOPERM');
    expect(
      await fleet.on(BROKER, 'cat /proc/*/cmdline /proc/*/environ 2>/dev/null | tr "\\0" "\\n"'),
    ).not.toContain(exporter.password);
  });

  it('takes a new password while it is asked a hundred times a second, and nobody is refused', async () => {
    const old = chores;
    const failures = () =>
      fleet.on(BROKER, "journalctl -u unde-chores -o cat --no-pager | grep -c 'redis failed'");
    const before = await failures();
    await fleet.ok('secrets', 'rotate', 'redis-broker-chores');
    chores = { username: 'chores', password: await secretOf(fleet, 'redis-broker-chores') };
    expect(chores.password).not.toBe(old.password);
    expect(await askRedis(fleet, BROKER, chores, [['SET', 'chores:a', '3']])).toEqual(['OK']);
    expect(await askRedis(fleet, BROKER, old, [['PING']])).toEqual([
      { error: expect.stringContaining('WRONGPASS') },
    ]);
    expect(await failures()).toBe(before);
    expect(Number(await operator('GET chores:fresh'))).toBeGreaterThan(100);
    // Redis itself was not restarted for it.
    expect(await fleet.on(BROKER, 'systemctl show -p NRestarts --value redis-server')).toBe('0');
    expect(await operator('INFO stats')).toContain('acl_access_denied_cmd');
  });

  it('leaves out the client whose credential is damaged, and says so', async () => {
    const file = '/etc/credstore.encrypted/unde.redis.redis-broker-chores';
    await fleet.on(
      BROKER,
      `cp ${file} /root/kept && echo damaged > ${file} && systemctl reload redis-server`,
    );
    expect(await health()).toMatch(/the user chores is left out: .* absent or damaged\ncode 1/);
    expect(await metric('redis_up')).toBe('1');
    await fleet.on(BROKER, `cp /root/kept ${file} && systemctl reload redis-server`);
    await isWell();
  });

  it('killed under load, comes back by itself with everything that was acknowledged', async () => {
    for (let round = 1; round <= 3; round++) {
      const key = `chores:kill${round}`;
      const writer = await Writer.start(fleet, BROKER, chores, { key, underWay: 32 });
      await until(
        'a thousand writes',
        () => Promise.resolve(writer),
        ({ acknowledged }) => acknowledged.length > 1000,
      );
      await fleet.console(BROKER, 'kill -9 $(systemctl show -p MainPID --value redis-server)');
      await writer.ended();
      await isWell();
      expect(await missing(key, numbers(writer))).toEqual([]);
    }
  });

  it('lets nobody be the default user', async () => {
    // Redis reads its log as the default user, which may do everything for that; nobody else becomes it.
    const strangers = [[['GET', 'chores:1']], [['AUTH', 'default', '']], [['AUTH', '']]];
    for (const commands of strangers) {
      const [reply] = await askRedis(fleet, BROKER, {}, commands);
      expect(reply).toMatchObject({ error: expect.stringMatching(/NOAUTH|WRONGPASS/) });
    }
  });

  it('refuses writes while its disk is full, says so everywhere, and goes on by itself when there is room', async () => {
    const mount = 'mount -t tmpfs -o size=16m tmpfs /var/lib/redis && chown redis:redis /var/lib/redis';
    await stopped(() => fleet.console(BROKER, mount));
    try {
      const writer = await Writer.start(fleet, BROKER, chores, {
        key: 'chores:full',
        underWay: 4,
        bytes: 50_000,
      });
      await writer.ended();
      expect(writer.error).toMatch(/MISCONF.*No space left on device/);
      expect(writer.acknowledged.length).toBeGreaterThan(100);
      expect(await health()).toMatch(
        /it cannot write its log and refuses writes: 100% \/var\/lib\/redis full\ncode 1/,
      );
      expect(await metric('redis_aof_last_write_status')).toBe('0');
      const status = await fleet.exits(10, 'status', `redis+host:${BROKER}`, '--once');
      expect(status.stdout).toContain('it cannot write its log');
      // What it has, it still gives.
      expect(await askRedis(fleet, BROKER, chores, [['STRLEN', 'chores:full:1']])).toEqual([50_001]);

      await fleet.console(BROKER, 'mount -o remount,size=256m /var/lib/redis');
      await isWell();
      expect(await askRedis(fleet, BROKER, chores, [['SET', 'chores:after', '1']])).toEqual(['OK']);
      await stopped(() => Promise.resolve());
      expect(await missing('chores:full', numbers(writer))).toEqual([]);
    } finally {
      await stopped(() => fleet.console(BROKER, 'umount /var/lib/redis'));
    }
  });
});
