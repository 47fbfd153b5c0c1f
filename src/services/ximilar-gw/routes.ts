import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { detectRequest, searchRequest, tagRequest } from '../../contracts/gateway.ts';
import { whenGone } from '../../lib/runtime/process/client-gone.ts';
import { HttpError } from '../../lib/runtime/process/http-error.ts';
import type { Metrics } from '../../lib/runtime/metrics/metrics.ts';
import { Deadline } from '../../lib/runtime/call/deadline.ts';
import { describeFailure } from './failure.ts';
import type { Answered, Gateway } from './gateway.ts';
import type { GatewaySettings } from './settings.ts';

/** What the routes work with. */
export interface RouteParts {
  readonly gateway: Gateway;
  readonly settings: Pick<GatewaySettings, 'queue' | 'deadlineMs'>;
  readonly metrics: Metrics;
}

const OPERATIONS = ['detect', 'tag', 'search'] as const;
type Operation = (typeof OPERATIONS)[number];
const KINDS = [
  'ximilar',
  'pgvector',
  'unavailable',
  'origin',
  'overload',
  'deadline',
  'internal',
  'input',
  'forbidden',
];

/** A cursor behind a thousand products takes some kilobytes. */
const BODY_LIMIT = 256 * 1024;
/** What is kept back of a caller's time, so that the answer arrives within it, in milliseconds. */
const WAY_BACK_MS = 15;

/** `POST /detect`, `/tag` and `/search`. */
export function gatewayRoutes(app: FastifyInstance, { gateway, settings, metrics }: RouteParts): void {
  let inFlight = 0;
  beginAtZero(metrics);

  const route = <
    Schema extends z.ZodType<{ deadline_ms?: number | undefined; box?: readonly number[] }>,
    T extends object,
  >(
    operation: Operation,
    schema: Schema,
    answer: (request: z.output<Schema>, deadline: Deadline) => Promise<Answered<T>>,
  ) => {
    app.post(`/${operation}`, {
      bodyLimit: BODY_LIMIT,
      // Refused before the body is read: saying no has to be cheap when there is too much to do.
      onRequest: async (_request, reply) => {
        metrics.counter('ximilar_gw_requests').inc({ operation });
        if (inFlight >= settings.queue) {
          throw new HttpError(503, 'OVERLOADED', `${settings.queue} requests are being served already`, {
            retryAfterSeconds: 1,
          });
        }
        inFlight++;
        reply.raw.once('close', () => inFlight--);
      },
      errorHandler: (thrown, request, reply) => {
        const failure = describeFailure(thrown);
        // Nobody reads the answer; it only ends the request.
        if (failure === undefined) return void reply.code(499).send();
        metrics.counter('ximilar_gw_errors').inc({ operation, kind: failure.kind });
        return app.errorHandler(failure.error as Error, request, reply);
      },
      handler: async (request, reply) => {
        const asked = parse(schema, request);
        const ms = (asked.deadline_ms ?? settings.deadlineMs) - reply.elapsedTime - WAY_BACK_MS;
        const deadline = Deadline.after(ms, whenGone(reply));
        const { answer: body, missing } = await answer(asked, deadline);
        for (const { source, error } of missing) {
          metrics.counter('ximilar_gw_errors').inc({ operation, kind: source });
          request.log.warn({ err: error, operation, source }, `${operation} goes without ${source}`);
        }
        const took = Math.round(reply.elapsedTime * 10) / 10;
        metrics.histogram(`ximilar_gw_${operation}_latency_ms`).observe(took);
        return { ...body, degraded: missing.map(({ source }) => source), ms: took };
      },
    });
  };

  route('detect', detectRequest, (request, deadline) => gateway.detect(request, deadline));
  route('tag', tagRequest, (request, deadline) => gateway.tag(request, deadline));
  route('search', searchRequest, async (request, deadline) => {
    const answered = await gateway.search(request, deadline);
    metrics.counter('ximilar_gw_searches').inc({ backend: answered.answer.backend });
    if (answered.answer.boosted) metrics.counter('ximilar_gw_boosted').inc();
    return answered;
  });
}

/** A counter that begins with its first event has, for Prometheus, not grown by it: no alert would hear of one. */
function beginAtZero(metrics: Metrics): void {
  for (const operation of OPERATIONS) {
    metrics.counter('ximilar_gw_requests').inc({ operation }, 0);
    for (const kind of KINDS) metrics.counter('ximilar_gw_errors').inc({ operation, kind }, 0);
  }
  for (const by of ['bucket', 'vendor']) metrics.counter('ximilar_gw_rate_limit_hits').inc({ by }, 0);
}

/** @throws HttpError BAD_REQUEST, naming the field */
function parse<Schema extends z.ZodType<{ box?: readonly number[] }>>(
  schema: Schema,
  request: FastifyRequest,
): z.output<Schema> {
  const parsed = schema.safeParse(request.body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') || 'the body';
    throw new HttpError(400, 'BAD_REQUEST', `${where}: ${issue?.message ?? 'not understood'}`);
  }
  const { box } = parsed.data;
  if (box !== undefined && !isInside(box)) {
    throw new HttpError(
      400,
      'BAD_REQUEST',
      'box: left, top, width and height are shares of the photo, 0 to 1',
    );
  }
  return parsed.data;
}

function isInside([left = 0, top = 0, width = 0, height = 0]: readonly number[]): boolean {
  return left >= 0 && top >= 0 && width > 0 && height > 0 && left < 1 && top < 1 && width <= 1 && height <= 1;
}
