import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { placeChores } from './chores-fleet.ts';
import { hasLoopDevices, TestDisk } from './cut-power.ts';
import { TestFleet, until } from './fleet.ts';
import { secretOf, Writer } from './redis-client.ts';

const BROKER = 'push';
let fleet: TestFleet;

beforeAll(async () => {
  if (hasLoopDevices) fleet = await TestFleet.up('redispower', [BROKER]);
});
afterAll(async () => {
  await fleet?.down();
});

/** Stops Redis, lets something be done meanwhile, and has it back. */
async function stopped<T>(work: () => Promise<T>): Promise<T> {
  await fleet.console(BROKER, 'systemctl stop redis-server');
  try {
    return await work();
  } finally {
    await fleet.console(BROKER, 'systemctl start redis-server');
    await until(
      'Redis to be well',
      () => fleet.on(BROKER, '/usr/local/lib/unde/redis-health; echo "code $?"'),
      (said) => said === 'code 0',
    );
  }
}

// What may be lost is a matter of seconds: a process that gets no processor for one of them would count against Redis.
describe('a power cut under Redis', () => {
  it.skipIf(!hasLoopDevices).each([
    ['everysec', 2000],
    ['always', 0],
  ] as const)(
    'with appendfsync %s, loses at most %i ms of acknowledged writes to a power cut',
    async (policy, most) => {
      await placeChores(fleet, [BROKER], { redis: { [BROKER]: { appendfsync: policy } } });
      await fleet.ok('deploy', `redis+host:${BROKER}`);
      const chores = { username: 'chores', password: await secretOf(fleet, 'redis-broker-chores') };
      const disk = await stopped(() => TestDisk.mount(fleet, BROKER, '/var/lib/redis', 192));
      try {
        const writer = await Writer.start(fleet, BROKER, chores, { key: 'chores:power', underWay: 16 });
        await until(
          'some seconds of writes',
          () => Promise.resolve(writer.acknowledged),
          (seen) => (seen.at(-1)?.at ?? 0) - (seen[0]?.at ?? 0) > 4300,
        );
        // From here on nothing is written any more, and what is not on the device is lost.
        await fleet.console(BROKER, 'kill -STOP $(systemctl show -p MainPID --value redis-server)');
        const files = disk.copy();
        // Answers that were sent before it was stopped may still be on their way.
        await until(
          'the last answers',
          async () => {
            const seen = writer.acknowledged.length;
            await new Promise((resolve) => setTimeout(resolve, 300));
            return [seen, writer.acknowledged.length];
          },
          ([earlier, later]) => earlier === later,
        );
        const acknowledged = [...writer.acknowledged];
        await fleet.console(BROKER, 'kill -CONT $(systemctl show -p MainPID --value redis-server)');
        await writer.stop();
        const log = [...files()]
          .filter(([name]) => name.endsWith('.aof'))
          .map(([, bytes]) => bytes.toString('latin1'));
        const kept = new Set(
          log.flatMap((text) =>
            [...text.matchAll(/chores:power:(\d+)\r/g)].map(([, number]) => Number(number)),
          ),
        );
        expect(kept.size).toBeGreaterThan(500);
        const lost = acknowledged.filter(({ number }) => !kept.has(number));
        const window = (lost.at(-1)?.at ?? 0) - (lost[0]?.at ?? 0);
        expect(window).toBeLessThanOrEqual(most);
        if (most === 0) expect(lost).toEqual([]);
      } finally {
        await stopped(() => disk.unmount());
      }
    },
  );
});
