import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { embedRequest, type EmbedResponse } from '../../contracts/embed.ts';
import { ClientGone } from '../../lib/runtime/process/client-gone.ts';
import { HttpError } from '../../lib/runtime/process/http-error.ts';
import type { Metrics } from '../../lib/runtime/metrics/metrics.ts';
import { describePhotoFailure } from '../../lib/runtime/photos/photo-failure.ts';
import { readUpload } from '../../lib/runtime/photos/read-upload.ts';
import type { Embedder } from './embedder.ts';
import type { EmbedderSettings } from './settings.ts';

/** What the routes work with. */
export interface RouteParts {
  readonly embedder: Pick<Embedder, 'embedUrl' | 'embedBytes' | 'modelId'>;
  readonly settings: Pick<EmbedderSettings, 'queue' | 'maxBytes'>;
  readonly metrics: Metrics;
}

/** What a multipart body has around the photo, at most. */
const MULTIPART_OVERHEAD = 64 * 1024;

/** `POST /embed`: at most `queue` requests at a time, of which each is given up as soon as its client is gone. */
export async function embedRoutes(app: FastifyInstance, parts: RouteParts): Promise<void> {
  const { embedder, settings, metrics } = parts;
  const clients = new WeakMap<FastifyReply, AbortSignal>();
  let inFlight = 0;
  metrics.sample('embedder_in_flight', () => inFlight);

  await app.register(multipart, {
    limits: { files: 1, fields: 4, fileSize: settings.maxBytes, headerPairs: 50 },
  });

  app.post('/embed', {
    bodyLimit: settings.maxBytes + MULTIPART_OVERHEAD,
    // Refused before the body is read: saying no has to be cheap when there is too much to do.
    onRequest: async (_request, reply) => {
      metrics.counter('embedder_requests').inc();
      if (embedder.modelId === '') {
        throw new HttpError(503, 'NOT_READY', 'the model is still being loaded', { retryAfterSeconds: 5 });
      }
      if (inFlight >= settings.queue) {
        throw new HttpError(503, 'OVERLOADED', `${settings.queue} requests are being served already`, {
          retryAfterSeconds: 1,
        });
      }
      inFlight++;
      const client = new AbortController();
      clients.set(reply, client.signal);
      reply.raw.once('close', () => {
        inFlight--;
        if (reply.raw.writableFinished) return;
        metrics.counter('embedder_abandoned').inc();
        client.abort(new ClientGone());
      });
    },
    errorHandler: (thrown, request, reply) => {
      // Nobody reads the answer; it only ends the request.
      if (thrown instanceof ClientGone) {
        void reply.code(499).send();
        return;
      }
      const { error, kind } = describePhotoFailure(thrown);
      metrics.counter('embedder_errors').inc({ kind });
      app.errorHandler(error as Error, request, reply);
    },
    handler: async (request, reply): Promise<EmbedResponse> => {
      const signal = clients.get(reply);
      if (signal === undefined) throw new Error('a request without its client');
      const vector = request.isMultipart()
        ? await embedder.embedBytes((await readUpload(request, signal)).bytes, signal)
        : await embedder.embedUrl(photoUrl(request), signal);
      const ms = Math.round(reply.elapsedTime * 10) / 10;
      metrics.histogram('embedder_request_latency_ms').observe(ms);
      return { vector: Array.from(vector), model: embedder.modelId, ms };
    },
  });
}

function photoUrl(request: FastifyRequest): string {
  const parsed = embedRequest.safeParse(request.body);
  if (parsed.success) return parsed.data.image_url;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') || 'the body';
  throw new HttpError(400, 'BAD_REQUEST', `${where}: ${issue?.message ?? 'not understood'}`);
}
