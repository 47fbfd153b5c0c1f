import type http from 'node:http';
import { FormData } from 'undici';
import { z } from 'zod';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Remote } from '../../../../src/lib/runtime/call/remote.ts';
import { RemoteError } from '../../../../src/lib/runtime/call/remote-error.ts';
import { Deadline } from '../../../../src/lib/runtime/call/deadline.ts';
import { startOrigin, type Origin } from '../fetch/origin.ts';

let origin: Origin;
let remote: Remote;
let seen: { type: string | undefined; key: string | undefined; body: string };
const breaker: string[] = [];

const answer =
  (status: number, body: string, headers: http.OutgoingHttpHeaders = {}) =>
  (response: http.ServerResponse) =>
    void response.writeHead(status, headers).end(body);

beforeEach(async () => {
  breaker.length = 0;
  origin = await startOrigin({
    '/v2/echo': (response, request) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen = {
          type: request.headers['content-type'],
          key: request.headers.authorization,
          body: Buffer.concat(chunks).toString(),
        };
        response.end('{"value":7}');
      });
    },
    '/v2/busy': answer(429, '{}', { 'retry-after': '3' }),
    '/v2/later': answer(503, '{}', { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }),
    '/v2/broken': answer(500, 'boom'),
    '/v2/stranger': answer(401, '{"detail":"Invalid token."}'),
    '/v2/bad': answer(400, '{}'),
    '/v2/refused': answer(422, '{"error":{"code":"BAD_IMAGE","message":"no image"}}'),
    '/v2/full': answer(503, '{"error":{"code":"OVERLOADED","message":"too much to do"}}'),
    '/v2/slow-client': answer(408, '{}'),
    '/v2/words': answer(200, '<html>'),
    '/v2/other': answer(200, '{"value":"seven"}'),
    '/v2/endless': answer(200, JSON.stringify({ value: 7, padding: 'x'.repeat(5000) })),
    '/v2/cut': (response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('{"val');
      setTimeout(() => response.destroy(), 10);
    },
    '/v2/silent': () => undefined,
    '/v2/drip': (response) => void response.write('{"va'),
  });
  remote = new Remote({
    name: 'ximilar',
    baseUrl: `http://${origin.host}/v2/`,
    headers: { authorization: 'Token t' },
    maxBytes: 1000,
    breaker: { patienceMs: 50, openMs: 40, onChange: (state) => breaker.push(state) },
  });
});

afterEach(async () => {
  await remote.close();
  await origin.close();
});

function parse(json: unknown): number {
  const { value } = json as { value: unknown };
  if (typeof value !== 'number') throw new Error('no value');
  return value;
}

const ask = (path: string, ms = 1000, client?: AbortSignal, body: object = { a: 1 }) =>
  remote.post({ path, body, deadline: Deadline.after(ms, client), parse });
const fault = (path: string, ms?: number) =>
  ask(path, ms).catch((error: unknown) => error) as Promise<RemoteError>;

describe('a remote', () => {
  it('sends JSON with its key, and answers what the parser makes of it', async () => {
    expect(await ask('/echo')).toBe(7);
    expect(seen).toEqual({ type: 'application/json', key: 'Token t', body: '{"a":1}' });
  });

  it('sends a form as one', async () => {
    const form = new FormData();
    form.set('image', new Blob(['pixels']), 'crop.jpg');
    expect(await ask('/echo', 1000, undefined, form)).toBe(7);
    expect(seen.type).toMatch(/^multipart\/form-data; boundary=/);
    expect(seen.body).toContain('pixels');
  });

  it.each([
    ['/busy', 'rate-limit'],
    ['/later', 'unavailable'],
    ['/broken', 'unavailable'],
    ['/stranger', 'denied'],
    ['/bad', 'rejected'],
    ['/slow-client', 'unavailable'],
    ['/words', 'garbage'],
    ['/other', 'garbage'],
    ['/endless', 'garbage'],
    ['/cut', 'unavailable'],
    ['/silent', 'timeout'],
    ['/drip', 'timeout'],
  ])('calls %s %s', async (path, expected) => {
    const error = await fault(path, 100);
    expect(error).toBeInstanceOf(RemoteError);
    expect(error.fault).toBe(expected);
    expect(error.message).toMatch(/^ximilar: /);
  });

  it('says when to ask again', async () => {
    expect((await fault('/busy')).retryAfterMs).toBe(3000);
    expect((await fault('/later')).retryAfterMs).toBeGreaterThan(55_000);
  });

  it('is unavailable where nobody listens', async () => {
    const nobody = new Remote({ name: 'gemini', baseUrl: 'http://127.0.0.1:1', maxBytes: 10 });
    const call = nobody.post({ path: '/', body: {}, deadline: Deadline.after(1000), parse });
    await expect(call).rejects.toMatchObject({ fault: 'unavailable', remote: 'gemini', absent: true });
    await nobody.close();
  });

  it('ends with the client, whose reason is thrown', async () => {
    const client = new AbortController();
    const gone = ask('/silent', 5000, client.signal);
    await expect.poll(() => origin.asked).toEqual(['/v2/silent']);
    client.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
  });

  it('tells in the words of our own services why they refuse, and whether another attempt may help', async () => {
    const refused = await fault('/refused');
    expect(refused).toMatchObject({ message: 'ximilar: no image', code: 'BAD_IMAGE', status: 422 });
    expect([refused.permanent, refused.absent]).toEqual([true, false]);
    const full = await fault('/full');
    expect(full).toMatchObject({ fault: 'unavailable', code: 'OVERLOADED' });
    expect([full.permanent, full.absent]).toEqual([false, true]);
    for (const path of ['/broken', '/busy', '/words', '/silent']) {
      const { permanent, absent } = await fault(path, 100);
      expect([permanent, absent]).toEqual([false, false]);
    }
  });

  it('says what of an answer is not as it should be', async () => {
    const schema = z.object({ value: z.number() });
    const call = remote.post({
      path: '/other',
      body: {},
      deadline: Deadline.after(1000),
      parse: (json) => schema.parse(json),
    });
    await expect(call).rejects.toThrow('its answer makes no sense at value: Invalid input');
  });

  it('without a breaker asks however often it failed', async () => {
    const steady = new Remote({ name: 'ximilar-gw', baseUrl: `http://${origin.host}/v2`, maxBytes: 1000 });
    const call = (path: string) =>
      steady.post({ path, body: {}, deadline: Deadline.after(1000), parse }).catch((error: unknown) => error);
    for (let i = 0; i < 10; i++) expect(await call('/broken')).toMatchObject({ fault: 'unavailable' });
    expect(await call('/echo')).toBe(7);
    expect(steady.breaker).toBe('closed');
    await steady.close();
  });

  it('leaves a failing service alone, and comes back to it', async () => {
    for (let i = 0; i < 5; i++) await fault('/broken');
    expect((await fault('/echo')).fault).toBe('open');
    expect(remote.breaker).toBe('open');
    expect(origin.asked.filter((path) => path === '/v2/echo')).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await ask('/echo')).toBe(7);
    expect(breaker).toEqual(['open', 'half-open', 'closed']);
  });

  it.each(['/busy', '/bad'])('does not hold %s against it', async (path) => {
    for (let i = 0; i < 10; i++) await fault(path);
    expect(remote.breaker).toBe('closed');
  });

  it('holds silence against it only where it had time to answer', async () => {
    for (let i = 0; i < 6; i++) expect((await fault('/silent', 20)).fault).toBe('timeout');
    expect(remote.breaker).toBe('closed');
    for (let i = 0; i < 6; i++) await fault('/silent', 60);
    expect(remote.breaker).toBe('open');
  });
});
