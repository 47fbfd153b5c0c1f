import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { recognition as recognitionSchema, type Recognition } from '../../src/contracts/recognize.ts';
import { drawPhoto } from '../vendors/pictures.ts';
import { until } from './fleet.ts';
import { SearchFleet } from './search-fleet.ts';

let chain: SearchFleet;
let file: string;
let photo: string;

beforeAll(async () => {
  chain = await SearchFleet.up('recog', ['staging-db', 'push', 'recognition']);
  await chain.unde(
    'deploy',
    'postgres+host:staging-db,pgbouncer+host:staging-db,redis,ximilar-gw,llm-reranker',
  );
  await chain.unde('db', 'migrate', 'staging');
  await chain.unde('deploy', 'recognition');
  const drawn = await drawPhoto([{ colour: 'crimson', box: [0.1, 0.1, 0.8, 0.8] }]);
  photo = chain.photo('users/1.jpg', drawn);
  file = path.join(chain.fleet.directory, 'photo.jpg');
  writeFileSync(file, drawn);
  for (const [sku, colour] of [
    ['S-1', 'crimson'],
    ['S-2', 'firebrick'],
    ['S-3', 'tomato'],
    ['S-4', 'navy'],
  ] as const) {
    const picture = await drawPhoto([{ colour, box: [0.1, 0.1, 0.8, 0.8] }], { width: 200, height: 300 });
    const url = chain.photo(`originals/zara/${sku}/1.jpg`, picture);
    await chain.collect({ _id: `${sku}/1`, _url: url, sku, brand: 'zara', category: 'dress' }, picture);
  }
  await stock('S-1', 'S-2', 'S-3');
});
afterAll(async () => {
  await chain?.down();
});
afterEach(async () => {
  await chain.behave('ximilar', {});
  await chain.behave('gemini', {});
});

/** Says what was seen in stock just now; nothing else was. */
async function stock(...skus: string[]): Promise<void> {
  const values = skus.map((sku) => `('zara', '${sku}', now(), true)`).join(', ');
  const sql = `DELETE FROM raw_availability; ${values === '' ? '' : `INSERT INTO raw_availability (brand, sku, seen_at, in_stock) VALUES ${values}`}`;
  await chain.unde('db', 'psql', 'staging', '--write', '-c', sql);
}

async function recognize(what: string): Promise<Recognition> {
  const answer = await chain.unde('recognize', what, '--json');
  return recognitionSchema.parse(answer.json());
}
const skus = ({ garments }: Recognition) => garments[0]?.candidates.map(({ sku }) => sku) ?? [];
const steps = (outcome: Recognition) =>
  Object.fromEntries(outcome.steps.map(({ step, state }) => [step, state]));

describe('recognition, on real machines', () => {
  it('turns an uploaded photo into garments that can be bought', async () => {
    const outcome = await recognize(file);
    expect(outcome).toMatchObject({ state: 'done', error: null });
    expect(steps(outcome)).toMatchObject({
      detect: 'done',
      search: 'done',
      availability: 'done',
      rerank: 'done',
    });
    expect(skus(outcome)[0]).toBe('S-1');
    expect(skus(outcome)).not.toContain('S-4');
    expect(outcome.garments[0]?.candidates[0]).toMatchObject({ in_stock: true, brand: 'zara' });
    expect(outcome.cost_usd).toBeGreaterThan(0);
    const kept = await chain.sql(
      `SELECT status, result ->> 'id' FROM recognition_requests WHERE id = '${outcome.id}'`,
    );
    expect(kept).toBe(`done|${outcome.id}`);
  });

  it('takes another path when a flag says so, without a restart', async () => {
    const invocation = () =>
      chain.fleet.console('recognition', 'systemctl show -p InvocationID --value unde-recognition');
    const before = await invocation();
    await chain.unde('flags', 'set', 'TAGGING_MODE=always', '-m', 'a test');
    expect(steps(await recognize(photo))['tag']).toBe('done');
    await chain.unde('flags', 'set', 'TAGGING_MODE=off', '-m', 'a test');
    expect(steps(await recognize(photo))['tag']).toBe('skipped');
    expect(await invocation()).toBe(before);
  });

  it('keeps the order of retrieval where Gemini is over its quota, and says so', async () => {
    await chain.behave('gemini', { fault: { kind: '429' } });
    const outcome = await recognize(photo);
    expect(outcome).toMatchObject({ state: 'done', degraded: ['gemini'] });
    expect(skus(outcome).length).toBeGreaterThan(0);
  });

  it('does not filter by stock that nobody has looked at', async () => {
    await stock();
    const outcome = await recognize(photo);
    expect(outcome.degraded).toContain('availability');
    expect(outcome.garments[0]?.candidates[0]?.in_stock).toBeNull();
    await stock('S-1', 'S-2', 'S-3');
  });

  it('loses nothing while Production DB is away, and writes it down afterwards', async () => {
    await chain.fleet.console('production-db', 'systemctl stop unde-postgres');
    const outcome = await recognize(photo);
    expect(outcome.state).toBe('done');
    await chain.fleet.console('production-db', 'systemctl start unde-postgres');
    await until(
      'the result to be kept',
      () => chain.sql(`SELECT status FROM recognition_requests WHERE id = '${outcome.id}'`),
      (status) => status === 'done',
    );
  });

  it('ends every request once, although its process is killed', async () => {
    await chain.behave('gemini', { latency_ms: 300 });
    const ids = Array.from(
      { length: 12 },
      (_, n) => `0190a5b0-0000-7000-8000-${String(n).padStart(12, '0')}`,
    );
    for (const id of ids) {
      const said = await chain.fleet.console(
        'recognition',
        `curl -s -o /dev/null -w '%{http_code}' -H 'content-type: application/json' -d '{"id":"${id}","image_url":"${photo}"}' http://127.0.0.1:8005/recognize`,
      );
      expect(said).toBe('202');
    }
    for (let kill = 0; kill < 2; kill++) {
      await chain.fleet.console(
        'recognition',
        'kill -9 $(systemctl show -p MainPID --value unde-recognition); sleep 3',
      );
    }
    const list = ids.map((id) => `'${id}'`).join(', ');
    await until(
      'all of them to end',
      () =>
        chain.sql(
          `SELECT count(*), count(DISTINCT id) FROM recognition_requests WHERE status = 'done' AND id IN (${list})`,
        ),
      (counts) => counts === '12|12',
      120,
    );
  });
});
