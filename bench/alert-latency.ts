import { AlertReceiver } from '../test/lab/alert-receiver.ts';
import { TestFleet, until } from '../test/lab/fleet.ts';
import { median, type Bench } from './bench.ts';

const RUNS = 7;
const AIM_SECONDS = 60;
const VICTIM = 'scraper';

/**
 * A host is cut off the network, as a power loss looks from outside: no connection is closed, packets end. Measured is
 * the time until a stand-in for Telegram has taken the message. Each run begins at another moment of the 15 s between
 * two scrapes.
 */
export const bench: Bench = {
  name: 'alert-latency',
  what: 'from the death of a host to the message at a stand-in for Telegram',
  waits: true,
  async run({ smoke }) {
    const runs = smoke ? 1 : RUNS;
    const fleet = await TestFleet.up(smoke ? 'bsmokealert' : 'blatency', ['monitoring', VICTIM]);
    let receiver: AlertReceiver | undefined;
    try {
      receiver = await AlertReceiver.start(fleet);
      await fleet.ok('deploy', 'node-exporter,blackbox-exporter,alertmanager,prometheus,hello');
      const seconds: number[] = [];
      for (let run = 0; run < runs; run++) {
        await until(
          'no alert',
          async () => (await fleet.unde(['alerts', '--json'])).json() as { alerts: unknown[] },
          ({ alerts }) => alerts.length === 0,
          300,
        );
        await new Promise((resolve) => setTimeout(resolve, (15_000 * run) / runs));
        const { died, told } = await deathToMessage(fleet, receiver);
        seconds.push((told - died) / 1000);
        if (run === runs - 1) break;
        // Operators are told of the end as well; before that, a second death would be no news.
        await until(
          'the end to be told',
          () => Promise.resolve(receiver?.since(told).filter(({ text }) => text.includes('[RESOLVED]'))),
          (seen) => new Set(seen?.map(({ to }) => to)).size === 2,
          240,
        );
      }
      const worst = Math.max(...seconds);
      return [
        {
          name: 'alert-latency',
          value: median(seconds),
          unit: 's',
          reference: undefined,
          ratio: undefined,
          aim: `worst <= ${AIM_SECONDS} s`,
          holds: worst <= AIM_SECONDS,
          note: `median of ${runs} runs, worst ${worst.toFixed(1)} s`,
        },
      ];
    } finally {
      receiver?.stop();
      await fleet.down();
    }
  },
};

async function deathToMessage(
  fleet: TestFleet,
  receiver: AlertReceiver,
): Promise<{ died: number; told: number }> {
  const begin = Date.now();
  await fleet.ok('lab', 'cut', VICTIM, '-n', fleet.lab);
  const died = Date.now();
  const [message] = await until(
    'the message',
    () =>
      Promise.resolve(
        receiver.since(begin).filter(({ to, text }) => to === 'telegram' && text.includes('HostDown')),
      ),
    (seen) => seen.length > 0,
    180,
  );
  await fleet.ok('lab', 'heal', VICTIM, '-n', fleet.lab);
  return { died, told: message?.at ?? Number.NaN };
}
