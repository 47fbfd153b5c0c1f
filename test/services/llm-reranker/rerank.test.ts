import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rerankResponse, type RerankResponse } from '../../../src/contracts/rerank.ts';
import { costOf } from '../../../src/lib/runtime/vendors/gemini/prices.ts';
import { startRig, type Rig } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.close());

async function rerank(body: object): Promise<RerankResponse> {
  const answer = await rig.ask(body);
  expect(answer.body.error).toBeUndefined();
  return rerankResponse.parse(answer.body);
}
const skus = ({ ranked }: RerankResponse) => ranked.map(({ sku }) => sku);
const outcomes = () => rig.rows.map(({ outcome }) => outcome);
const FOUR = ['navy', 'crimson', 'white', 'firebrick'];

describe('POST /rerank', () => {
  it("answers in the model's order, with scores and reasons, and says what it cost", async () => {
    const answer = await rerank(rig.question(...FOUR));
    expect(skus(answer).slice(0, 2)).toEqual(['crimson', 'firebrick']);
    expect(answer.ranked[0]?.score).toBeGreaterThan(0.95);
    expect(answer.ranked[0]?.reason).toMatch(/\S/);
    expect(answer).toMatchObject({ degraded: [], model: 'gemini-2.5-flash' });
    expect(answer.tokens.input).toBeGreaterThan(5 * 258);
    expect(answer.cost_usd).toBeCloseTo(costOf('gemini-2.5-flash', answer.tokens), 10);
    expect(answer.attempts).toEqual(rig.rows);
    expect(rig.rows).toMatchObject([
      { attempt: 1, outcome: 'ok', estimated: false, prices: 'gemini-2026-11' },
    ]);
    expect(await rig.metric('llm_reranker_cost_usd{model="gemini-2.5-flash"}')).toBeCloseTo(
      answer.cost_usd,
      10,
    );
    expect(await rig.metric('llm_reranker_latency_ms_count')).toBe(1);
  });

  it('shows small pictures, fetched once, and no more than it may', async () => {
    await rig.close();
    rig = await startRig({ shown: 2 });
    const answer = await rerank(rig.question(...FOUR));
    expect(skus(answer)).toEqual(['crimson', 'navy', 'white', 'firebrick']);
    expect(answer.ranked.map(({ score }) => score === null)).toEqual([false, false, true, true]);
    expect(answer.tokens.input).toBeLessThan(3 * 258 + 400);
    await rerank(rig.question(...FOUR));
    expect(rig.origin.asked.toSorted()).toEqual(['/crimson.jpg', '/navy.jpg']);
  });

  it.each(['absent', 'words', 'silent'])(
    'leaves a candidate out whose photo is %s, and keeps it behind the others',
    async (sku) => {
      const answer = await rerank({ ...rig.question(sku, 'navy', 'crimson'), deadline_ms: 2900 });
      expect(skus(answer)).toEqual(['crimson', 'navy', sku]);
      expect(answer.ranked.at(-1)).toEqual({ sku, score: null, reason: null });
      expect(answer.degraded).toEqual([]);
    },
  );

  it.each([
    ['bad-json', 'bad-answer'],
    ['wrong-shape', 'bad-answer'],
    ['max-tokens', 'cut-off'],
  ])('repairs an answer that is %s, and bills both', async (kind, outcome) => {
    await rig.gemini.behave({ fault: { kind, times: 1 } });
    const answer = await rerank(rig.question(...FOUR));
    expect(answer.degraded).toEqual([]);
    expect(skus(answer)[0]).toBe('crimson');
    expect(outcomes()).toEqual([outcome, 'ok']);
    expect(answer.tokens.input).toBe(rig.rows.reduce((sum, row) => sum + row.input_tokens, 0));
    expect(answer.tokens.input).toBeGreaterThan(2 * 5 * 258);
    expect(await rig.metric(`llm_reranker_attempts{outcome="${outcome}"}`)).toBe(1);
  });

  it.each([
    // what Gemini does, outcomes, whether it is billed
    ['bad-json', ['bad-answer', 'bad-answer'], true],
    ['wrong-shape', ['bad-answer', 'bad-answer'], true],
    ['blocked', ['blocked'], true],
    ['500', ['unavailable', 'unavailable'], false],
    ['503', ['unavailable', 'unavailable'], false],
    ['reset', ['unavailable', 'unavailable'], false],
    ['garbage', ['garbage', 'garbage'], true],
    ['429', ['rate-limit'], false],
    ['hang', ['timeout'], true],
    ['slow', ['timeout'], true],
  ])('lets the order stand at %s, and says so', async (kind, expected, billed) => {
    await rig.gemini.behave({ fault: { kind, ms: 9000 } });
    const answer = await rerank({ ...rig.question(...FOUR), deadline_ms: 2500 });
    expect(skus(answer)).toEqual(FOUR);
    expect(answer.ranked.every(({ score }) => score === null)).toBe(true);
    expect(answer.degraded).toEqual(['gemini']);
    expect(answer.ms).toBeLessThan(2900);
    expect(outcomes()).toEqual(expected);
    expect(answer.cost_usd > 0).toBe(billed);
    expect(await rig.metric('llm_reranker_errors{kind="gemini"}')).toBe(1);
  });

  it('tries once more where Gemini failed at once', async () => {
    await rig.gemini.behave({ fault: { kind: '503', times: 1 } });
    expect((await rerank(rig.question(...FOUR))).degraded).toEqual([]);
    expect(outcomes()).toEqual(['unavailable', 'ok']);
  });

  it('stops asking after failures, without losing an order, and starts again', async () => {
    await rig.gemini.behave({ fault: { kind: '500' } });
    for (let time = 0; time < 3; time++) await rerank(rig.question('navy', 'crimson'));
    expect(skus(await rerank(rig.question('navy', 'crimson')))).toEqual(['navy', 'crimson']);
    expect(outcomes().at(-1)).toBe('open');
    expect(rig.rows.at(-1)?.cost_usd).toBe(0);
    await rig.gemini.behave({});
    await expect.poll(async () => (await rerank(rig.question('navy', 'crimson'))).degraded).toEqual([]);
  });

  it('bills what a client did not wait for', async () => {
    await rig.gemini.behave({ fault: { kind: 'hang' } });
    const client = new AbortController();
    const gone = rig.ask(rig.question('navy'), client.signal).catch(() => 'gone');
    await expect.poll(async () => (await rig.gemini.requests()).total, { timeout: 5000 }).toBe(1);
    client.abort();
    expect(await gone).toBe('gone');
    await expect.poll(outcomes).toEqual(['abandoned']);
    expect(rig.rows[0]?.cost_usd).toBeGreaterThan(0);
  });

  it.each([
    [{}, 400, 'BAD_REQUEST'],
    [{ image_url: 'x', candidates: [] }, 400, 'BAD_REQUEST'],
    [{ image_url: 'nonsense', candidates: [{ sku: 'A', image_url: 'x' }] }, 400, 'BAD_URL'],
    [
      { image_url: 'http://169.254.169.254/', candidates: [{ sku: 'A', image_url: 'x' }] },
      403,
      'URL_NOT_ALLOWED',
    ],
  ])('refuses %j', async (body, status, code) => {
    const answer = await rig.ask(body);
    expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
    expect((await rig.gemini.requests()).total).toBe(0);
  });

  it('tells whose fault it is where the garment cannot be had', async () => {
    const question = rig.question('navy');
    const at = (path: string) => ({
      ...question,
      image_url: `http://${rig.origin.host}${path}`,
      deadline_ms: 600,
    });
    const answers = await Promise.all(
      ['/absent.jpg', '/words.jpg', '/silent.jpg'].map((path) => rig.ask(at(path))),
    );
    expect(answers.map(({ status, body }) => [status, body.error?.code])).toEqual([
      [424, 'ORIGIN_STATUS'],
      [415, 'NOT_AN_IMAGE'],
      [503, 'DEADLINE'],
    ]);
    const twice = await rig.ask(rig.question('navy', 'navy'));
    expect(twice.body.error?.message).toContain('twice');
  });
});
