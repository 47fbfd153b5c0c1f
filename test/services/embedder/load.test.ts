import type http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startOrigin, type Origin } from '../../lib/runtime/fetch/origin.ts';
import { startEmbedder, type RunningEmbedder } from './embedder-process.ts';
import { photo } from './photos.ts';

/** Photos that arrive when the test says so. */
let held: http.ServerResponse[];
let hungUp: number;
let origin: Origin;
let embedder: RunningEmbedder;
let jpeg: Buffer;

beforeEach(async () => {
  held = [];
  hungUp = 0;
  jpeg = await photo('green').jpeg().toBuffer();
  origin = await startOrigin({
    '/held.jpg': (response) => {
      held.push(response);
      response.on('close', () => (hungUp += response.writableFinished ? 0 : 1));
    },
    '/now.jpg': send,
  });
  embedder = await startEmbedder([origin.host], { UNDE_EMBEDDER_QUEUE: '3' });
}, 90_000);

afterEach(async () => {
  embedder.child.kill('SIGKILL');
  await embedder.exit;
  await origin.close();
});

function send(response: http.ServerResponse): void {
  response.writeHead(200, { 'content-type': 'image/jpeg' }).end(jpeg);
}

const at = (path: string) => `http://${origin.host}${path}`;
const isHeld = (count: number) => expect.poll(() => held.length, { timeout: 10_000 }).toBe(count);

describe('under load', () => {
  it('refuses what is beyond its queue at once, and serves the rest', async () => {
    const taken = [1, 2, 3].map(() => embedder.embed(at('/held.jpg')));
    await isHeld(3);
    const refused = await embedder.embed(at('/now.jpg'));
    expect(refused.status).toBe(503);
    expect(refused.body.error?.code).toBe('OVERLOADED');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await embedder.metric('embedder_in_flight')).toBe(3);
    for (const response of held) send(response);
    expect((await Promise.all(taken)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await embedder.embed(at('/now.jpg'))).status).toBe(200);
    expect(await embedder.metric('embedder_errors{kind="overload"}')).toBe(1);
    // What came together is computed together: two in one batch, or all three one after the other.
    expect(await embedder.metric('embedder_batch_size_sum')).toBe(4);
  });

  it('gives up for clients that have gone: their fetch ends, their place is free, nothing is computed', async () => {
    const client = new AbortController();
    const gone = [1, 2, 3].map(() => embedder.embed(at('/held.jpg'), client.signal).catch(() => 'gone'));
    await isHeld(3);
    client.abort();
    expect(await Promise.all(gone)).toEqual(['gone', 'gone', 'gone']);
    await expect.poll(() => hungUp, { timeout: 10_000 }).toBe(3);
    await expect.poll(() => embedder.metric('embedder_in_flight'), { timeout: 10_000 }).toBe(0);
    expect(await embedder.metric('embedder_abandoned')).toBe(3);
    expect(await embedder.metric('embedder_batch_size_sum')).toBe(0);
    expect((await embedder.embed(at('/now.jpg'))).status).toBe(200);
  });

  it('answers what it has taken on before it stops', async () => {
    const taken = embedder.embed(at('/held.jpg'));
    await isHeld(1);
    embedder.child.kill('SIGTERM');
    await expect
      .poll(() => embedder.log.some(({ msg }) => String(msg).startsWith('stopping')), { timeout: 10_000 })
      .toBe(true);
    for (const response of held) send(response);
    expect((await taken).status).toBe(200);
    expect(await embedder.exit).toBe(0);
  });
});
