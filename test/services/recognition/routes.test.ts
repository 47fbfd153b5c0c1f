import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createParser } from 'eventsource-parser';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Recognition } from '../../../src/contracts/recognize.ts';
import { HttpError } from '../../../src/lib/runtime/process/http-error.ts';
import { Metrics } from '../../../src/lib/runtime/metrics/metrics.ts';
import { photoForm } from '../../../src/lib/operations/recognize/photo-form.ts';
import { metrics } from '../../../src/services/recognition/metrics.ts';
import { Photos } from '../../../src/services/recognition/photos.ts';
import { recognitionRoutes } from '../../../src/services/recognition/routes.ts';
import type { RecognitionJob } from '../../../src/services/recognition/run.ts';
import { ID } from './fixture.ts';

let app: FastifyInstance;
let directory: string;
let queued: RecognitionJob[];
let size: number;
let claims: Map<string, string>;
let known: Map<string, Recognition>;
let archived: Map<string, Recognition>;
let listeners: Set<(recognition: Recognition) => void>;
/** What of the broker fails now. */
let away: Set<'add' | 'get' | 'claim' | 'open'>;
let refusals: Metrics;

/** What the broker does, unless it is away. */
function broker<T>(what: 'add' | 'get' | 'claim' | 'open', answer: () => T): Promise<T> {
  return away.has(what) ? Promise.reject(new Error('Connection is closed.')) : Promise.resolve(answer());
}

/** An upload as it comes over the wire. */
async function encoded(
  photo: Buffer<ArrayBuffer>,
): Promise<{ headers: Record<string, string>; body: Buffer }> {
  const form = new Response(photoForm(photo, ID));
  const headers = { 'content-type': form.headers.get('content-type') ?? '' };
  return { headers, body: Buffer.from(await form.arrayBuffer()) };
}

beforeEach(async () => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'unde-recognition-'));
  queued = [];
  size = 0;
  claims = new Map();
  known = new Map();
  archived = new Map();
  listeners = new Set();
  away = new Set();
  refusals = new Metrics(metrics);
  app = fastify();
  app.setErrorHandler((error, _request, reply) =>
    error instanceof HttpError
      ? reply
          .code(error.status)
          .headers(error.retryAfterSeconds === undefined ? {} : { 'retry-after': error.retryAfterSeconds })
          .send({ error: { code: error.code, message: error.message } })
      : reply.send(error),
  );
  await recognitionRoutes(app, {
    queue: { add: (job) => broker('add', () => void queued.push(job)), size: async () => size },
    results: {
      claim: (id, hash) => broker('claim', () => (claims.get(id) ?? claims.set(id, hash).get(id)) === hash),
      get: (id) => broker('get', () => known.get(id)),
      open: (recognition) => broker('open', () => void known.set(recognition.id, recognition)),
      listen: async (_id, listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    archive: { find: async (id) => archived.get(id) },
    photos: new Photos(directory, 60_000),
    ownUrl: 'http://127.0.0.1:8005',
    settings: { queue: 3, maxBytes: 1000 },
    metrics: refusals,
    beatMs: 20,
  });
});
afterEach(async () => {
  await app.close();
  rmSync(directory, { recursive: true });
});

const post = (body: object) => app.inject({ method: 'POST', url: '/recognize', payload: body });
const link = { id: ID, image_url: 'http://images/photo.jpg' };

describe('POST /recognize', () => {
  it('takes a request on once, however often it is sent', async () => {
    expect((await post(link)).statusCode).toBe(202);
    const again = await post(link);
    expect(again.statusCode).toBe(200);
    expect(again.json()).toMatchObject({ id: ID, state: 'queued' });
    expect(queued).toHaveLength(1);
  });

  it('refuses another photo under an id that is taken', async () => {
    await post(link);
    expect((await post({ ...link, image_url: 'http://images/other.jpg' })).statusCode).toBe(409);
    expect(queued).toHaveLength(1);
  });

  it('makes up an id where there is none', async () => {
    const answer = (await post({ image_url: link.image_url })).json<Recognition>();
    expect(queued[0]?.id).toBe(answer.id);
  });

  it('keeps an uploaded photo, and serves it to the others', async () => {
    const photo = Buffer.from('\xff\xd8photo', 'latin1');
    const { headers, body } = await encoded(photo);
    const answer = await app.inject({ method: 'POST', url: '/recognize', headers, payload: body });
    expect(answer.statusCode).toBe(202);
    expect(queued[0]).toMatchObject({ id: ID, imageUrl: `http://127.0.0.1:8005/photos/${ID}` });
    const served = await app.inject(`/photos/${ID}`);
    expect(served.rawPayload).toEqual(photo);
    expect((await app.inject('/photos/..%2Fphotos%2F')).statusCode).toBe(404);
  });

  it('refuses more than may wait, cheaply', async () => {
    size = 2;
    expect((await post({ image_url: link.image_url })).statusCode).toBe(202);
    const refused = await post(link);
    expect(refused.statusCode).toBe(503);
    expect(refused.json()).toMatchObject({ error: { code: 'OVERLOADED' } });
    expect(refused.headers['retry-after']).toBe('5');
    // A flood of refused requests must not fill the broker, or the disk.
    expect([known.has(ID), claims.has(ID)]).toEqual([false, false]);
    const { headers, body } = await encoded(Buffer.from('photo'));
    const upload = await app.inject({ method: 'POST', url: '/recognize', headers, payload: body });
    expect(upload.statusCode).toBe(503);
    expect((await app.inject(`/photos/${ID}`)).statusCode).toBe(404);
    // Nor is its body read: this one is no form.
    const unread = await app.inject({
      method: 'POST',
      url: '/recognize',
      headers,
      payload: Buffer.from('x'),
    });
    expect(unread.statusCode).toBe(503);
    expect(await refusals.text()).toContain('recognition_refused 3');
  });

  it('judges requests that come at once by the queue as it is now', async () => {
    size = 3;
    const others = Array.from({ length: 4 }, (_, n) => ({ ...link, id: `${ID.slice(0, -1)}${n + 2}` }));
    const answers = await Promise.all(others.map(post));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([503, 503, 503, 503]);
  });

  it('answers for a request that was taken on, however many wait', async () => {
    size = 2;
    await post(link);
    expect((await post(link)).statusCode).toBe(200);
  });

  it('never says that a request is queued which is not', async () => {
    away.add('add');
    const lost = await post(link);
    expect([lost.statusCode, lost.headers['retry-after']]).toEqual([503, '5']);
    expect(lost.json()).toMatchObject({ error: { code: 'TEMPORARILY_UNAVAILABLE' } });
    away.clear();
    expect((await post(link)).statusCode).toBe(202);
    expect(queued).toHaveLength(1);
  });

  it('keeps the photo that a running request asks for', async () => {
    const upload = async (photo: Buffer<ArrayBuffer>) => {
      const { headers, body } = await encoded(photo);
      return app.inject({ method: 'POST', url: '/recognize', headers, payload: body });
    };
    const photo = Buffer.from('\xff\xd8photo', 'latin1');
    expect((await upload(photo)).statusCode).toBe(202);
    expect((await upload(photo)).statusCode).toBe(200);
    expect((await upload(Buffer.from('\xff\xd8other', 'latin1'))).statusCode).toBe(409);
    expect((await app.inject(`/photos/${ID}`)).rawPayload).toEqual(photo);
  });

  it.each([[{}], [{ image_url: '' }], [{ image_url: 'http://x/y', id: 'seven' }]])(
    'refuses %j',
    async (body) => {
      expect((await post(body)).statusCode).toBe(400);
      expect(queued).toHaveLength(0);
    },
  );

  it('refuses an upload that is too large, or is none', async () => {
    const { headers, body } = await encoded(Buffer.alloc(2000));
    expect((await app.inject({ method: 'POST', url: '/recognize', headers, payload: body })).statusCode).toBe(
      413,
    );
    const empty = await app.inject({ method: 'POST', url: '/recognize', headers, payload: Buffer.from('x') });
    expect(empty.statusCode).toBe(400);
    expect(queued).toHaveLength(0);
  });
});

describe('GET /recognize/:id', () => {
  it('answers from what is live, then from the archive, then with 404', async () => {
    expect((await app.inject(`/recognize/${ID}`)).statusCode).toBe(404);
    archived.set(ID, { id: ID, state: 'done' } as Recognition);
    expect((await app.inject(`/recognize/${ID}`)).json()).toMatchObject({ state: 'done' });
  });

  it('answers from the archive while the broker is away, and says so where that does not know', async () => {
    away.add('get');
    const unknown = await app.inject(`/recognize/${ID}`);
    expect([unknown.statusCode, unknown.headers['retry-after']]).toEqual([503, '5']);
    archived.set(ID, { id: ID, state: 'done' } as Recognition);
    expect((await app.inject(`/recognize/${ID}`)).json()).toMatchObject({ state: 'done' });
  });

  it('streams an end that nobody told it of', async () => {
    await post(link);
    const stream = app.inject(`/recognize/${ID}/events`);
    while (listeners.size === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    known.set(ID, { ...(known.get(ID) as Recognition), state: 'done' });
    expect((await stream).payload).toContain('"state":"done"');
  });

  it('streams every change until the end, none twice', async () => {
    await post(link);
    const events: Recognition[] = [];
    const stream = app.inject(`/recognize/${ID}/events`);
    while (listeners.size === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const queuedNow = known.get(ID) as Recognition;
    const running = { ...queuedNow, state: 'running' } as const;
    for (const next of [queuedNow, running, running, { ...running, state: 'done' } as const]) {
      for (const listener of listeners) listener(next);
    }
    const answer = await stream;
    const parser = createParser({ onEvent: ({ data }) => events.push(JSON.parse(data) as Recognition) });
    parser.feed(answer.payload);
    expect(answer.headers['content-type']).toBe('text/event-stream');
    expect(events.map(({ state }) => state)).toEqual(['queued', 'running', 'done']);
    expect(listeners.size).toBe(0);
  });
});

describe('uploaded photos', () => {
  it('go when no attempt will ask for them any more', async () => {
    const photos = new Photos(directory, 1000);
    await photos.keep(ID, Buffer.from('x'));
    expect(await photos.sweep()).toBe(0);
    expect(await photos.sweep(Date.now() + 2000)).toBe(1);
    expect(await photos.open(ID)).toBeUndefined();
  });
});
