import { randomUUID } from 'node:crypto';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { recognizeRequest, type Recognition, type RecognizeRequest } from '../../contracts/recognize.ts';
import { HttpError } from '../../lib/http/http-error.ts';
import type { Metrics } from '../../lib/metrics/metrics.ts';
import { readUpload } from '../../lib/photos/upload.ts';
import { requestHash } from './archive.ts';
import type { Photos } from './photos.ts';
import type { Results } from './results.ts';
import type { RecognitionJob } from './run.ts';
import type { RecognitionSettings } from './settings.ts';

/** What the routes work with. */
export interface RouteParts {
  readonly queue: { add(job: RecognitionJob): Promise<void>; size(): Promise<number> };
  readonly results: Pick<Results, 'claim' | 'get' | 'put' | 'listen'>;
  /** What Production DB knows of a request whose result Redis has no longer. */
  readonly archive: { find(id: string): Promise<Recognition | undefined> };
  readonly photos: Photos;
  /** Where other services reach this one, `http://10.1.0.14:8005`. */
  readonly ownUrl: string;
  readonly settings: Pick<RecognitionSettings, 'queue' | 'maxBytes'>;
  readonly metrics: Metrics;
}

/** What a multipart body has around the photo, at most. */
const MULTIPART_OVERHEAD = 64 * 1024;
/** How often an open event stream says that it is open, in milliseconds. */
const BEAT_MS = 10_000;
/** How old the number of waiting requests may be when the next one is let in, in milliseconds. */
const SIZE_AGE_MS = 200;

/** `POST /recognize`, `GET /recognize/:id`, `GET /recognize/:id/events`, and the uploaded photos. */
export async function recognitionRoutes(app: FastifyInstance, parts: RouteParts): Promise<void> {
  const { queue, results, archive, photos, settings, metrics } = parts;
  await app.register(multipart, { limits: { files: 1, fields: 4, fileSize: settings.maxBytes } });
  const hasRoom = roomKeeper(queue, settings.queue);

  app.post('/recognize', { bodyLimit: settings.maxBytes + MULTIPART_OVERHEAD }, async (request, reply) => {
    metrics.counter('recognition_requests').inc();
    const asked = await readRequest(request, parts);
    const hash = requestHash({ imageUrl: asked.image_url, brands: asked.brands ?? [] }).toString('hex');
    if (!(await results.claim(asked.id, hash))) {
      throw new HttpError(409, 'ID_TAKEN', 'another photo was asked about under this id');
    }
    const known = await results.get(asked.id);
    if (known !== undefined) return reply.code(200).send(known);
    if (!(await hasRoom())) {
      throw new HttpError(503, 'OVERLOADED', `${settings.queue} requests are waiting already`, {
        retryAfterSeconds: 5,
      });
    }
    const accepted: Recognition = {
      id: asked.id,
      state: 'queued',
      steps: [],
      garments: [],
      degraded: [],
      cost_usd: 0,
      ms: 0,
      error: null,
    };
    await results.put(accepted);
    await queue.add({
      id: asked.id,
      imageUrl: asked.image_url,
      brands: asked.brands ?? [],
      accepted: Date.now(),
    });
    return reply.code(202).send(accepted);
  });

  app.get<{ Params: { id: string } }>('/recognize/:id', (request) => find(parts, request.params.id));

  app.get<{ Params: { id: string } }>('/recognize/:id/events', async (request, reply) => {
    const { id } = request.params;
    const now = await find(parts, id);
    reply.hijack();
    await streamEvents(
      reply,
      now,
      (listener) => results.listen(id, listener),
      () => find(parts, id),
    );
  });

  app.get<{ Params: { id: string } }>('/photos/:id', async (request, reply) => {
    const photo = await photos.open(request.params.id);
    if (photo === undefined) throw new HttpError(404, 'NO_PHOTO', 'there is no such photo, or no longer');
    return reply.type('application/octet-stream').header('content-length', photo.size).send(photo.stream);
  });

  async function find({ results: live }: RouteParts, id: string): Promise<Recognition> {
    const found = (await live.get(id)) ?? (await archive.find(id).catch(() => undefined));
    if (found !== undefined) return found;
    throw new HttpError(404, 'NO_REQUEST', 'no request has this id, or its result is gone');
  }
}

/** Asks the queue for its length not more often than it can have changed much. */
function roomKeeper(queue: RouteParts['queue'], most: number): () => Promise<boolean> {
  let size = 0;
  let asked = -Infinity;
  return async () => {
    if (performance.now() - asked > SIZE_AGE_MS) {
      asked = performance.now();
      size = await queue.size();
    }
    if (size >= most) return false;
    size++;
    return true;
  };
}

async function readRequest(
  request: FastifyRequest,
  { photos, ownUrl }: RouteParts,
): Promise<RecognizeRequest & { readonly id: string }> {
  if (!request.isMultipart()) {
    const parsed = recognizeRequest.safeParse(request.body);
    if (parsed.success) return { ...parsed.data, id: parsed.data.id ?? randomUUID() };
    const [issue] = parsed.error.issues;
    throw new HttpError(
      400,
      'BAD_REQUEST',
      `${issue?.path.join('.') || 'the body'}: ${issue?.message ?? 'not understood'}`,
    );
  }
  const { bytes, fields } = await readUpload(request);
  const given = fields['id'];
  const image_url = `${ownUrl}/photos/`;
  const parsed = recognizeRequest.safeParse({ image_url, ...(given === undefined ? {} : { id: given }) });
  if (!parsed.success) throw new HttpError(400, 'BAD_REQUEST', 'id: must be a UUID');
  const id = parsed.data.id ?? randomUUID();
  await photos.keep(id, bytes);
  return { id, image_url: image_url + id };
}

/** Server-sent events: what is known now, then every change, until the final one or until the client goes. */
async function streamEvents(
  reply: FastifyReply,
  first: Recognition,
  listen: (listener: (recognition: Recognition) => void) => Promise<() => void>,
  again: () => Promise<Recognition>,
): Promise<void> {
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  let last = '';
  let over = false;
  let stop: (() => void) | undefined;
  const end = () => {
    over = true;
    clearInterval(beat);
    stop?.();
    raw.end();
  };
  const beat = setInterval(() => raw.write(': open\n\n'), BEAT_MS);
  const send = (recognition: Recognition) => {
    const text = JSON.stringify(recognition);
    if (over || text === last) return;
    last = text;
    raw.write(`data: ${text}\n\n`);
    if (recognition.state === 'done' || recognition.state === 'dead') end();
  };
  raw.once('close', end);
  send(first);
  if (over) return;
  stop = await listen(send);
  // What changed between the first look and the first word that was heard.
  send(await again().catch(() => first));
  if (over) stop();
}
