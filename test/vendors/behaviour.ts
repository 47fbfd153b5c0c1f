import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { TokenBucket } from '../../src/lib/runtime/call/token-bucket.ts';

/** How a simulator behaves: as `PUT /_simulator/behaviour` takes it. What is left out is as it is after a start. */
const behaviour = z.strictObject({
  /** How long every answer takes, in milliseconds. */
  latency_ms: z.number().min(0).default(0),
  /** Requests a second that are taken; more are answered with 429. */
  rate: z.strictObject({ per_second: z.number().positive(), burst: z.int().min(1) }).optional(),
  fault: z
    .strictObject({
      /**
       * `429`, `500` and `503` as the vendor words them; `hang` never answers; `reset` cuts the connection; `garbage`
       * answers with 200 and half a JSON; `slow` trickles the answer. A simulator may know others of its own.
       */
      kind: z.string(),
      /** Which share of the requests it hits, spread evenly. */
      share: z.number().min(0).max(1).default(1),
      /** How many requests it hits; then it is over. */
      times: z.int().min(1).optional(),
      /** Only requests whose path begins so. */
      path: z.string().default('/'),
      /** For 429 and 503: seconds of `Retry-After`; none is sent without it. */
      retry_after: z.number().min(0).optional(),
      /** For `slow`: how long the answer trickles, in milliseconds. */
      ms: z.number().min(0).default(3000),
    })
    .optional(),
});
export type Behaviour = z.input<typeof behaviour>;
type Settled = z.output<typeof behaviour>;
type Fault = NonNullable<Settled['fault']>;

/** What a vendor puts into an error. */
export type ErrorBody = (status: number, retryAfterSeconds: number | undefined) => object;

/** What was asked of a simulator since its start, or since it was last reset. */
export interface Requests {
  readonly total: number;
  readonly paths: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, number>>;
}

const ADMIN = '/_simulator';
const TRICKLES = 20;

declare module 'fastify' {
  interface FastifyRequest {
    /** The fault that hits this request. */
    fault?: Fault;
  }
}

/**
 * Lets a simulator misbehave on request, and tell what it was asked:
 * `PUT /_simulator/behaviour`, `GET /_simulator/requests`, `DELETE /_simulator` (as after a start, but for what was planted).
 */
export function misbehave(app: FastifyInstance, errorBody: ErrorBody): void {
  let now: Settled = behaviour.parse({});
  let bucket: TokenBucket | undefined;
  let hits = { seen: 0, done: 0 };
  let requests = { total: 0, paths: new Map<string, number>(), statuses: new Map<string, number>() };

  const settle = (next: Settled) => {
    now = next;
    hits = { seen: 0, done: 0 };
    bucket = next.rate && new TokenBucket({ perSecond: next.rate.per_second, burst: next.rate.burst });
  };
  app.put(`${ADMIN}/behaviour`, (request) => {
    settle(behaviour.parse(request.body));
    return now;
  });
  app.get(`${ADMIN}/requests`, (): Requests => ({
    total: requests.total,
    paths: Object.fromEntries(requests.paths),
    statuses: Object.fromEntries(requests.statuses),
  }));
  app.delete(ADMIN, () => {
    settle(behaviour.parse({}));
    requests = { total: 0, paths: new Map(), statuses: new Map() };
    return {};
  });

  const faultFor = (path: string): Fault | undefined => {
    const { fault } = now;
    if (fault === undefined || !path.startsWith(fault.path)) return undefined;
    const hit = Math.floor((hits.seen + 1) * fault.share) > Math.floor(hits.seen * fault.share);
    hits.seen++;
    if (!hit || hits.done >= (fault.times ?? Infinity)) return undefined;
    hits.done++;
    return fault;
  };

  app.addHook('preHandler', async (request, reply) => {
    const path = pathOf(request);
    if (isAdmin(path)) return;
    requests.total++;
    count(requests.paths, path);
    if (bucket !== undefined) {
      const seconds = Math.ceil(bucket.wait / 1000);
      if (
        await bucket.take(0).then(
          () => false,
          () => true,
        )
      )
        return refuse(reply, 429, seconds, errorBody);
    }
    request.fault = faultFor(path);
    await strike(request, reply, errorBody);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    // What the simulator itself has taken is part of it.
    if (!isAdmin(request.url)) await sleep(Math.max(0, now.latency_ms - reply.elapsedTime));
    return request.fault?.kind === 'slow' ? trickle(String(payload), request.fault.ms) : payload;
  });
  app.addHook('onResponse', async (request, reply) => {
    if (!isAdmin(request.url)) count(requests.statuses, String(reply.statusCode));
  });
}

/** The faults that every simulator knows; what it does not know is left to the simulator itself. */
async function strike(request: FastifyRequest, reply: FastifyReply, errorBody: ErrorBody): Promise<void> {
  const { kind, retry_after } = request.fault ?? { kind: 'none', retry_after: undefined };
  if (['429', '500', '503'].includes(kind)) return refuse(reply, Number(kind), retry_after, errorBody);
  if (kind === 'garbage') {
    return void (await reply
      .type('application/json')
      .send('{"status": {"code": 200, "text": "OK"}, "records": ['));
  }
  if (kind === 'hang') return void reply.hijack();
  if (kind === 'reset') {
    reply.hijack();
    request.raw.socket.destroy();
  }
}

async function refuse(
  reply: FastifyReply,
  status: number,
  seconds: number | undefined,
  errorBody: ErrorBody,
): Promise<void> {
  if (seconds !== undefined) reply.header('retry-after', seconds);
  await reply.code(status).send(errorBody(status, seconds));
}

function trickle(text: string, ms: number): Readable {
  const size = Math.ceil(text.length / TRICKLES);
  return Readable.from(
    (async function* () {
      for (let at = 0; at < text.length; at += size) {
        yield text.slice(at, at + size);
        await sleep(ms / TRICKLES);
      }
    })(),
  );
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** Whether a URL is not the vendor's but the simulator's own. */
export function isAdmin(url: string): boolean {
  return url.startsWith(ADMIN);
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? '';
}
