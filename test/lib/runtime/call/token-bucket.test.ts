import { array, assert, asyncProperty, integer } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutOfTokens, TokenBucket } from '../../../../src/lib/runtime/call/token-bucket.ts';

/** Takes tokens without waiting; answers whether there was one. */
const takes = (bucket: TokenBucket) =>
  bucket.take(0).then(
    () => true,
    () => false,
  );

describe('a token bucket', () => {
  it('lets a burst through, then its rate', async () => {
    let now = 0;
    const bucket = new TokenBucket({ perSecond: 10, burst: 3, now: () => now });
    const first = [];
    for (let i = 0; i < 5; i++) first.push(await takes(bucket));
    expect(first).toEqual([true, true, true, false, false]);
    expect(bucket.wait).toBe(100);
    now = 100;
    expect([await takes(bucket), await takes(bucket)]).toEqual([true, false]);
    now = 10_000;
    const later = [];
    for (let i = 0; i < 4; i++) later.push(await takes(bucket));
    expect(later).toEqual([true, true, true, false]);
  });

  it('never lets more through than its rate and burst allow, whatever comes', async () => {
    await assert(
      asyncProperty(
        integer({ min: 1, max: 50 }),
        integer({ min: 1, max: 10 }),
        array(integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 60 }),
        async (perSecond, burst, pauses) => {
          let now = 0;
          const bucket = new TokenBucket({ perSecond, burst, now: () => now });
          const taken: number[] = [];
          for (const pause of pauses) {
            now += pause;
            if (await takes(bucket)) taken.push(now);
          }
          for (const [index, from] of taken.entries()) {
            const within = taken.slice(index).filter((at) => at - from < 1000).length;
            expect(within).toBeLessThanOrEqual(burst + perSecond);
          }
          expect(taken[0]).toBe(pauses[0]);
        },
      ),
    );
  });

  it('waits for a token where there is time, in order, and refuses at once where there is not', async () => {
    const bucket = new TokenBucket({ perSecond: 50, burst: 1 });
    const order: string[] = [];
    const began = performance.now();
    await bucket.take(0);
    const first = bucket.take(1000).then(() => order.push('first'));
    const second = bucket.take(1000).then(() => order.push('second'));
    const refused = await bucket.take(5).catch((error: unknown) => error);
    expect(performance.now() - began).toBeLessThan(20);
    expect(refused).toBeInstanceOf(OutOfTokens);
    expect((refused as OutOfTokens).retryAfterMs).toBeGreaterThan(5);
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
    expect(performance.now() - began).toBeGreaterThanOrEqual(38);
  });

  it('closes for as long as the other side says, and lets a waiter go who gives up', async () => {
    let now = 0;
    const bucket = new TokenBucket({ perSecond: 10, burst: 5, now: () => now });
    bucket.close(2000);
    bucket.close(500);
    expect(await bucket.take(1999).catch((error: unknown) => error)).toMatchObject({ retryAfterMs: 2000 });
    now = 2000;
    expect(await takes(bucket)).toBe(true);
    bucket.close(60_000);
    const client = new AbortController();
    const waiting = bucket.take(120_000, client.signal);
    client.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
  });
});
