import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Recognition } from '../../src/contracts/recognize.ts';
import { machineFiles } from '../../src/lib/lab/machine.ts';
import { until } from './fleet.ts';
import { RecognitionFleet, requestIds } from './recognition-fleet.ts';
import { secretOf } from './redis-client.ts';
import { OUTSIDE, type SearchFleet } from './search-fleet.ts';

let lab: RecognitionFleet;
let chain: SearchFleet;

beforeAll(async () => {
  lab = await RecognitionFleet.up('recof', {
    settings: {
      recognition: { queue: 700, concurrency: 8 },
      // What Ximilar's plan allows is tried elsewhere.
      'ximilar-gw': { perSecond: 1000, burst: 1000 },
    },
  });
  ({ chain } = lab);
  await lab.plant();
}, 600_000);
afterAll(async () => {
  await lab?.down();
});
afterEach(async () => {
  await chain.behave('ximilar', {});
  await chain.behave('gemini', {});
  await systemctl('production-db', 'start', 'pgbouncer');
});

/** Requests about one photo each: another URL is another photo, which is fetched and embedded anew. */
const requests = (series: number, count: number) =>
  requestIds(series, count).map((id, n) => ({ id, image_url: `${lab.photo}?${series}-${n}` }));
const listOf = (sent: readonly { readonly id: string }[]) => sent.map(({ id }) => `'${id}'`).join(', ');
const sources = ({ garments }: Recognition) =>
  [...new Set(garments.flatMap(({ candidates }) => candidates.map(({ source }) => source)))].toSorted();
const skus = ({ garments }: Recognition) => garments[0]?.candidates.map(({ sku }) => sku) ?? [];

/** How many of some requests have ended, as Production DB keeps it. */
async function ended(sent: readonly { readonly id: string }[]): Promise<number> {
  return Number(
    await chain.sql(
      `SELECT count(*) FROM recognition_requests WHERE status IN ('done', 'failed') AND id IN (${listOf(sent)})`,
    ),
  );
}

/**
 * Waits for the end of requests; then each stands in Production DB once, and Redis tells the same of it as Production DB.
 *
 * @returns What became of them.
 */
async function allEnded(
  sent: readonly { readonly id: string }[],
  seconds: number,
): Promise<readonly Recognition[]> {
  await until(
    'every request to end',
    () => ended(sent),
    (count) => count === sent.length,
    seconds,
  );
  const rows = await chain.sql(
    `SELECT jsonb_build_object('status', status, 'result', result) FROM recognition_requests WHERE id IN (${listOf(sent)})`,
  );
  const kept = rows
    .split('\n')
    .map((line) => JSON.parse(line) as { status: 'done' | 'failed'; result: Recognition });
  expect(kept).toHaveLength(sent.length);
  const told = new Map((await lab.look(sent.map(({ id }) => id))).map((each) => [each.id, each] as const));
  for (const { status, result } of kept) {
    expect(told.get(result.id)).toEqual(result);
    expect(status).toBe(result.state === 'done' ? 'done' : 'failed');
    if (result.state === 'dead') expect(result.error?.code).toBe('TEMPORARILY_UNAVAILABLE');
    else expect(result.garments[0]?.candidates.length).toBeGreaterThan(0);
  }
  return kept.map(({ result }) => result);
}

/** Numbers from 0 to 1 that are the same in each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Ends a unit's main process without a chance to tidy up, as soon as it runs. */
async function kill(host: string, unit: string): Promise<void> {
  await until(
    `${unit} to be killed`,
    () =>
      chain.fleet.console(
        host,
        `pid=$(systemctl show -p MainPID --value ${unit}); [ $pid != 0 ] && kill -9 $pid && echo killed`,
      ),
    (said) => said === 'killed',
  );
}

async function systemctl(host: string, verb: 'restart' | 'stop' | 'start', unit: string): Promise<void> {
  const said = await chain.fleet.console(host, `systemctl ${verb} ${unit} 2>&1 && echo done`);
  expect(said).toBe('done');
}

/** Listens to all that recognition tells of requests; answers how often it told the end of each. */
async function listen(): Promise<() => ReadonlyMap<string, number>> {
  const password = await secretOf(chain.fleet, 'redis-broker-recognition');
  await chain.fleet.console(
    'push',
    `systemd-run --unit=listener --setenv=REDISCLI_AUTH=${password} bash -c 'redis-cli --user recognition psubscribe "recognition:progress:*" > /srv/progress'`,
  );
  const file = `${machineFiles(chain.fleet.lab, 'push').root}/srv/progress`;
  await until(
    'the listener to listen',
    () => chain.fleet.console('push', 'cat /srv/progress'),
    (said) => said.includes('psubscribe'),
  );
  return () => {
    const ends = new Map<string, number>();
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (!line.startsWith('{')) continue;
      const { id, state } = JSON.parse(line) as Recognition;
      if (state === 'done' || state === 'dead') ends.set(id, (ends.get(id) ?? 0) + 1);
    }
    return ends;
  };
}

describe('recognition under faults, on real machines', () => {
  it('ends each of 500 requests once, while everything that it needs is killed at random', async () => {
    await chain.behave('ximilar', { latency_ms: 20 });
    await chain.behave('gemini', { latency_ms: 50 });
    const ends = await listen();
    const next = random(4);
    const victims = [
      ['recognition', 'unde-recognition'],
      ['ximilar-gw', 'unde-ximilar-gw'],
      [OUTSIDE, 'unde-llm-reranker'],
      ['embedder', 'unde-embedder'],
      ['production-db', 'pgbouncer'],
    ] as const;
    const KILLS = 3;
    const REQUESTS = 500;
    // When so many requests have ended, somebody is killed; a slow machine only takes longer to get there.
    const kills = victims
      .flatMap((victim) => Array.from({ length: KILLS }, () => ({ victim, after: next() * REQUESTS * 0.9 })))
      .toSorted((a, b) => a.after - b.after);
    const all = requests(1, REQUESTS);
    // Most are in flight at once, and some more come while services are killed.
    const how = { persist: true, seconds: 300 };
    const sending = Promise.all([
      lab.send({ requests: all.slice(0, 400), underWay: 50, ...how }),
      lab.send({ requests: all.slice(400), underWay: 100, perSecond: 4, ...how }),
    ]);
    for (const {
      victim: [host, unit],
      after,
    } of kills) {
      await until(
        `${Math.floor(after)} requests to end`,
        () => ended(all),
        (count) => count >= Math.floor(after),
        300,
      );
      await sleep(next() * 500);
      await kill(host, unit);
    }
    const sent = (await sending).flat();
    expect(sent.filter(({ status }) => status !== 202 && status !== 200)).toEqual([]);
    const outcomes = await allEnded(all, 300);
    const heard = await until(
      'every end to be heard',
      async () => ends(),
      ({ size }) => size === REQUESTS,
    );
    expect([...heard].filter(([, times]) => times !== 1)).toEqual([]);
    const dead = outcomes.filter(({ state }) => state === 'dead');
    // Services come back within the attempts of most requests.
    expect(dead.length).toBeLessThan(REQUESTS / 10);
  }, 900_000);

  it.each([
    ['restarted', 2, 'push', () => systemctl('push', 'restart', 'redis-server')],
    ['killed', 3, 'push', () => kill('push', 'redis-server')],
  ])(
    'ends what was accepted, although the broker is %s',
    async (_what, series, _host, fault) => {
      await chain.behave('gemini', { latency_ms: 300 });
      const all = requests(series, 80);
      let accepted = 0;
      const sending = lab.send({ requests: all, underWay: 8, persist: true, seconds: 60 }, () => accepted++);
      // Some have ended, some run, some wait, some are being sent.
      await until(
        'half of them to be accepted',
        async () => accepted,
        (count) => count >= 40,
      );
      await fault();
      const sent = await sending;
      expect(sent.filter(({ status }) => status !== 202 && status !== 200)).toEqual([]);
      const outcomes = await allEnded(all, 150);
      expect(outcomes.filter(({ state }) => state === 'dead')).toEqual([]);
    },
    300_000,
  );

  it('ends what was accepted, although Production DB is restarted and killed', async () => {
    await chain.behave('gemini', { latency_ms: 300 });
    const all = requests(4, 80);
    const sending = lab.send({ requests: all, underWay: 8, persist: true, seconds: 60 });
    await until(
      'the first to end',
      () => ended(all),
      (count) => count >= 5,
    );
    await systemctl('production-db', 'restart', 'unde-postgres');
    await kill('production-db', 'unde-postgres');
    const sent = await sending;
    expect(sent.filter(({ status }) => status !== 202)).toEqual([]);
    await until(
      'Production DB to be back',
      () => chain.sql('SELECT 1'),
      (said) => said === '1',
    );
    const outcomes = await allEnded(all, 150);
    expect(outcomes.filter(({ state }) => state === 'dead')).toEqual([]);
  }, 300_000);

  it('finds by pgvector without Ximilar, by Ximilar without pgvector, is unavailable without both, and comes back', async () => {
    await chain.behave('ximilar', { fault: { kind: '500' } });
    await lab.stock('S-1', 'S-2', 'S-4');
    const byVectors = await lab.recognize(lab.photo);
    expect([byVectors.state, byVectors.degraded, sources(byVectors)]).toEqual([
      'done',
      ['ximilar'],
      ['pgvector'],
    ]);

    await systemctl('production-db', 'stop', 'pgbouncer');
    const dead = await lab.recognize(`${lab.photo}?both-down`);
    expect(dead).toMatchObject({ state: 'dead', garments: [], error: { code: 'TEMPORARILY_UNAVAILABLE' } });
    const shown = await chain.fleet.exits(7, 'recognize', `${lab.photo}?still`, '--timeout', '120');
    expect(shown.stdout).toContain(
      'recognition is temporarily unavailable; please try again in a few minutes',
    );

    await chain.behave('ximilar', {});
    const byXimilar = await until(
      'Ximilar to be asked again',
      () => lab.recognize(`${lab.photo}?pgvector-down`),
      ({ degraded }) => !degraded.includes('ximilar'),
    );
    expect([byXimilar.state, byXimilar.degraded, sources(byXimilar)]).toEqual([
      'done',
      ['pgvector'],
      ['ximilar'],
    ]);

    await systemctl('production-db', 'start', 'pgbouncer');
    await until(
      'both to answer again',
      () => lab.recognize(lab.photo),
      ({ degraded }) => degraded.length === 0,
    );
    const kept = await until(
      'the dead one to be kept',
      () => chain.sql(`SELECT status, error ->> 'code' FROM recognition_requests WHERE id = '${dead.id}'`),
      (said) => said !== '',
    );
    expect(kept).toBe('failed|TEMPORARILY_UNAVAILABLE');
  }, 300_000);

  it('keeps the order of retrieval where Gemini is slow or talks nonsense, within its time', async () => {
    const asked = () => lab.vendorRequests('gemini');
    await lab.stock('S-1', 'S-2', 'S-4');
    const well = await until(
      'everything to be well',
      () => lab.recognize(lab.photo),
      ({ degraded }) => degraded.length === 0,
    );
    for (const [kind, times] of [
      ['bad-json', 2],
      ['hang', 1],
      ['slow', 1],
    ] as const) {
      await chain.behave('gemini', { fault: { kind, ms: 60_000 } });
      const before = await asked();
      const outcome = await lab.recognize(lab.photo);
      expect([kind, outcome.state, outcome.degraded]).toEqual([kind, 'done', ['gemini']]);
      expect(outcome.garments[0]?.candidates.every(({ rerank_score }) => rerank_score === null)).toBe(true);
      expect(skus(outcome)).toEqual(skus(well).toSorted(byRetrieval(outcome)));
      expect([kind, (await asked()) - before]).toEqual([kind, times]);
      // The attempt's own limit is 20 s; a machine that is busy adds what it adds.
      expect(outcome.steps.find(({ step }) => step === 'rerank')?.ms).toBeLessThan(20_000);
    }
  }, 300_000);
});

/** Orders products as retrieval scored them. */
function byRetrieval({ garments }: Recognition): (a: string, b: string) => number {
  const scores = new Map(garments[0]?.candidates.map(({ sku, score }) => [sku, score]));
  return (a, b) => (scores.get(b) ?? 0) - (scores.get(a) ?? 0);
}
