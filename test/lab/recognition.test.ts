import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Recognition } from '../../src/contracts/recognize.ts';
import { until } from './fleet.ts';
import { RecognitionFleet } from './recognition-fleet.ts';
import type { SearchFleet } from './search-fleet.ts';

let lab: RecognitionFleet;
let chain: SearchFleet;

beforeAll(async () => {
  lab = await RecognitionFleet.up('recog');
  ({ chain } = lab);
}, 600_000);
afterAll(async () => {
  await lab?.down();
});
afterEach(async () => {
  await chain.behave('ximilar', {});
  await chain.behave('gemini', {});
});

const skus = ({ garments }: Recognition) => garments[0]?.candidates.map(({ sku }) => sku) ?? [];
const steps = (outcome: Recognition) =>
  Object.fromEntries(outcome.steps.map(({ step, state }) => [step, state]));

describe('recognition, on real machines', () => {
  it('turns an uploaded photo into garments that can be bought', async () => {
    const outcome = await lab.recognize(lab.file);
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
    await chain.fleet.ok('flags', 'set', 'TAGGING_MODE=always', '-m', 'a test');
    expect(steps(await lab.recognize(lab.photo))['tag']).toBe('done');
    await chain.fleet.ok('flags', 'set', 'TAGGING_MODE=off', '-m', 'a test');
    expect(steps(await lab.recognize(lab.photo))['tag']).toBe('skipped');
    expect(await invocation()).toBe(before);
  });

  it('keeps the order of retrieval where Gemini is over its quota, and says so', async () => {
    await chain.behave('gemini', { fault: { kind: '429' } });
    const outcome = await lab.recognize(lab.photo);
    expect(outcome).toMatchObject({ state: 'done', degraded: ['gemini'] });
    expect(skus(outcome).length).toBeGreaterThan(0);
  });

  it('does not filter by stock that nobody has looked at', async () => {
    await lab.stock();
    const outcome = await lab.recognize(lab.photo);
    expect(outcome.degraded).toContain('availability');
    expect(outcome.garments[0]?.candidates[0]?.in_stock).toBeNull();
    await lab.stock('S-1', 'S-2', 'S-3');
  });

  it('loses nothing while Production DB is away, and writes it down afterwards', async () => {
    await chain.fleet.console('production-db', 'systemctl stop unde-postgres');
    const outcome = await lab.recognize(lab.photo);
    expect(outcome.state).toBe('done');
    await chain.fleet.console('production-db', 'systemctl start unde-postgres');
    await until(
      'the result to be kept',
      () => chain.sql(`SELECT status FROM recognition_requests WHERE id = '${outcome.id}'`),
      (status) => status === 'done',
    );
  });
});
