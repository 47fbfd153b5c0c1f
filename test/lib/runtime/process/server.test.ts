import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { HttpError } from '../../../../src/lib/runtime/process/http-error.ts';
import { createServer } from '../../../../src/lib/runtime/process/server.ts';
import { Metrics } from '../../../../src/lib/runtime/metrics/metrics.ts';

let app: FastifyInstance;
let awaited: string[];
let draining: boolean;
let logged: Record<string, unknown>[];

beforeEach(() => {
  awaited = [];
  draining = false;
  logged = [];
  const log = pino({}, { write: (line) => logged.push(JSON.parse(line) as Record<string, unknown>) });
  app = createServer({
    identity: { service: 'embedder', release: '0123abcd', invocation: 'feed' },
    metrics: new Metrics([{ name: 'photos', type: 'counter', help: 'Photos.' }]),
    log,
    awaited: () => awaited,
    draining: () => draining,
  });
  app.get('/broken', () => {
    throw new Error('the password is 1234');
  });
  app.get('/busy', () => {
    throw new HttpError(503, 'OVERLOADED', 'too much to do', { retryAfterSeconds: 2 });
  });
  app.post('/echo', (request) => request.body);
});

describe('createServer', () => {
  it('answers for the process', async () => {
    const answer = await app.inject('/health');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      status: 'ok',
      service: 'embedder',
      release: '0123abcd',
      invocation: 'feed',
      pid: process.pid,
      uptimeSeconds: expect.any(Number) as number,
    });
    draining = true;
    expect((await app.inject('/health')).json()).toMatchObject({ status: 'draining' });
  });

  it('answers for the flags and the work of a service that has some', async () => {
    expect((await app.inject('/health')).json()).not.toHaveProperty('flags');
    expect((await app.inject('/health')).json()).not.toHaveProperty('work');
    const flagged = createServer({
      identity: { service: 'gateway', release: 'dev', invocation: '' },
      metrics: new Metrics([]),
      log: pino({ level: 'silent' }),
      awaited: () => [],
      draining: () => false,
      flags: () => ({ version: 'v7', damaged: 'the file is empty' }),
      work: () => [{ name: 'queue', value: 3, unit: 'requests' }],
    });
    expect((await flagged.inject('/health')).json()).toMatchObject({
      flags: { version: 'v7', damaged: 'the file is empty' },
      work: [{ name: 'queue', value: 3, unit: 'requests' }],
    });
  });

  it('answers for what it depends on', async () => {
    expect((await app.inject('/ready')).json()).toEqual({ ready: true, awaited: [] });
    awaited = ['the database'];
    const waiting = await app.inject('/ready');
    expect(waiting.statusCode).toBe(503);
    expect(waiting.json()).toEqual({ ready: false, awaited: ['the database'] });
    awaited = [];
    draining = true;
    expect((await app.inject('/ready')).statusCode).toBe(503);
  });

  it('serves metrics', async () => {
    const answer = await app.inject('/metrics');
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.body).toContain('photos 0');
  });

  it('gives errors one shape', async () => {
    const absent = await app.inject('/nothing?x=1');
    expect(absent.statusCode).toBe(404);
    expect(absent.json()).toEqual({ error: { code: 'NOT_FOUND', message: 'there is no GET /nothing' } });
    const busy = await app.inject('/busy');
    expect([busy.statusCode, busy.headers['retry-after']]).toEqual([503, '2']);
    expect(busy.json()).toEqual({ error: { code: 'OVERLOADED', message: 'too much to do' } });
    const malformed = await app.inject({
      method: 'POST',
      url: '/echo',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(malformed.statusCode).toBe(400);
    expect(malformed.json()).toHaveProperty('error.code');
  });

  it('keeps what went wrong inside to the log', async () => {
    const answer = await app.inject('/broken');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('1234');
    expect(JSON.stringify(logged)).toContain('the password is 1234');
  });

  it('logs one line a request, and none for probes', async () => {
    await app.inject('/health');
    await app.inject({ method: 'POST', url: '/echo', body: { a: 1 } });
    const lines = logged.filter((line) => line['msg'] === 'request');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ method: 'POST', url: '/echo', status: 200 });
  });
});
