import type { FastifyInstance, FastifyRequest } from 'fastify';
import { rerankRequest, type RerankRequest, type RerankResponse } from '../../contracts/rerank.ts';
import { ClientGone, whenGone } from '../../lib/runtime/process/client-gone.ts';
import { HttpError } from '../../lib/runtime/process/http-error.ts';
import type { Metrics } from '../../lib/runtime/metrics/metrics.ts';
import { describePhotoFailure } from '../../lib/runtime/photos/photo-failure.ts';
import { Deadline } from '../../lib/runtime/call/deadline.ts';
import type { Reranker } from './reranker.ts';
import type { RerankerSettings } from './settings.ts';

/** What the routes work with. */
export interface RouteParts {
  readonly reranker: Pick<Reranker, 'rerank'>;
  readonly settings: Pick<RerankerSettings, 'queue' | 'deadlineMs'>;
  readonly metrics: Metrics;
}

const KINDS = ['gemini', 'origin', 'overload', 'deadline', 'internal', 'input', 'forbidden'];
/** Fifty candidates with long URLs. */
const BODY_LIMIT = 512 * 1024;
/** What is kept back of a caller's time, so that the answer arrives within it, in milliseconds. */
const WAY_BACK_MS = 15;

/** `POST /rerank`. */
export function rerankRoutes(app: FastifyInstance, { reranker, settings, metrics }: RouteParts): void {
  let inFlight = 0;
  // A counter that begins with its first event has, for Prometheus, not grown by it: no alert would hear of one.
  for (const kind of KINDS) metrics.counter('llm_reranker_errors').inc({ kind }, 0);
  app.post('/rerank', {
    bodyLimit: BODY_LIMIT,
    // Refused before the body is read: saying no has to be cheap when there is too much to do.
    onRequest: async (_request, reply) => {
      metrics.counter('llm_reranker_requests').inc();
      if (inFlight >= settings.queue) {
        throw new HttpError(503, 'OVERLOADED', `${settings.queue} requests are being served already`, {
          retryAfterSeconds: 1,
        });
      }
      inFlight++;
      reply.raw.once('close', () => inFlight--);
    },
    errorHandler: (thrown, request, reply) => {
      // Nobody reads the answer; it only ends the request.
      if (thrown instanceof ClientGone) return void reply.code(499).send();
      const { error, kind } = describeFailure(thrown);
      metrics.counter('llm_reranker_errors').inc({ kind });
      return app.errorHandler(error as Error, request, reply);
    },
    handler: async (request, reply): Promise<RerankResponse> => {
      const asked = parse(request);
      const ms = (asked.deadline_ms ?? settings.deadlineMs) - reply.elapsedTime - WAY_BACK_MS;
      const { answer, error } = await reranker.rerank(asked, Deadline.after(ms, whenGone(reply)));
      if (error !== undefined) {
        metrics.counter('llm_reranker_errors').inc({ kind: 'gemini' });
        request.log.warn({ err: error }, `the order stands: ${error.message}`);
      }
      const took = Math.round(reply.elapsedTime * 10) / 10;
      metrics.histogram('llm_reranker_latency_ms').observe(took);
      return { ...answer, ms: took };
    },
  });
}

/** @throws HttpError BAD_REQUEST, naming the field */
function parse(request: FastifyRequest): RerankRequest {
  const parsed = rerankRequest.safeParse(request.body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') || 'the body';
    throw new HttpError(400, 'BAD_REQUEST', `${where}: ${issue?.message ?? 'not understood'}`);
  }
  const skus = new Set(parsed.data.candidates.map(({ sku }) => sku));
  if (skus.size === parsed.data.candidates.length) return parsed.data;
  throw new HttpError(400, 'BAD_REQUEST', 'candidates: a sku stands in it twice');
}

function describeFailure(thrown: unknown): { readonly error: unknown; readonly kind: string } {
  if (thrown instanceof Error && thrown.name === 'TimeoutError') {
    const message = 'the time that the caller gave was over before its photo was there';
    return { error: new HttpError(503, 'DEADLINE', message, { retryAfterSeconds: 1 }), kind: 'deadline' };
  }
  return describePhotoFailure(thrown);
}
