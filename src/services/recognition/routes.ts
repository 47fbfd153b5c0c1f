import { createHash, randomUUID } from 'node:crypto';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { recognizeRequest, type Recognition, type RecognizeRequest } from '../../contracts/recognize.ts';
import { HttpError } from '../../lib/runtime/process/http-error.ts';
import type { Metrics } from '../../lib/runtime/metrics/metrics.ts';
import { readUpload } from '../../lib/runtime/photos/read-upload.ts';
import { requestHash } from './archive.ts';
import type { Photos } from './photos.ts';
import type { Results } from './results.ts';
import type { RecognitionJob } from './run.ts';
import type { RecognitionSettings } from './settings.ts';

/** What the routes work with. */
export interface RouteParts {
  readonly queue: { add(job: RecognitionJob): Promise<void>; size(): Promise<number> };
  readonly results: Pick<Results, 'claim' | 'get' | 'open' | 'listen'>;
  /** What Production DB knows of a request whose result Redis has no longer. */
  readonly archive: { find(id: string): Promise<Recognition | undefined> };
  readonly photos: Photos;
  /** Where other services reach this one, `http://10.1.0.14:8005`. */
  readonly ownUrl: string;
  readonly settings: Pick<RecognitionSettings, 'queue' | 'maxBytes'>;
  readonly metrics: Metrics;
  /** How often an open event stream says that it is open, and looks for itself, in milliseconds. */
  readonly beatMs?: number;
}

/** What a multipart body has around the photo, at most. */
const MULTIPART_OVERHEAD = 64 * 1024;
const BEAT_MS = 10_000;
/** How old the number of waiting requests may be when the next one is let in, in milliseconds. */
const SIZE_AGE_MS = 200;
/** When it may be worth asking again, in seconds: where too many wait, and where the broker is away. */
const RETRY_SECONDS = 5;

/** `POST /recognize`, `GET /recognize/:id`, `GET /recognize/:id/events`, and the uploaded photos. */
export async function recognitionRoutes(app: FastifyInstance, parts: RouteParts): Promise<void> {
  const { queue, results, archive, photos, settings, metrics } = parts;
  await app.register(multipart, { limits: { files: 1, fields: 4, fileSize: settings.maxBytes } });
  const room = new Room(queue, settings.queue);
  const refuse = () => {
    metrics.counter('recognition_refused').inc();
    return new HttpError(503, 'OVERLOADED', `${settings.queue} requests are waiting already`, {
      retryAfterSeconds: RETRY_SECONDS,
    });
  };

  app.post('/recognize', {
    bodyLimit: settings.maxBytes + MULTIPART_OVERHEAD,
    onRequest: async (request) => {
      metrics.counter('recognition_requests').inc();
      // A photo is refused before it is read: saying no has to be cheap when there is too much to do.
      const uploads = request.headers['content-type']?.startsWith('multipart/') === true;
      if (uploads && !(await fromBroker(room.left()))) throw refuse();
    },
    handler: async (request, reply) => {
      const asked = await readRequest(request, parts);
      // One that was taken on is answered, however many wait; one that is refused leaves nothing behind.
      const known = await fromBroker(results.get(asked.id));
      if (known === undefined && !(await fromBroker(room.take()))) throw refuse();
      if (!(await fromBroker(results.claim(asked.id, asked.hash)))) {
        throw new HttpError(409, 'ID_TAKEN', 'another photo was asked about under this id');
      }
      if (known !== undefined) return reply.code(200).send(known);
      if (asked.photo !== undefined) await photos.keep(asked.id, asked.photo);
      // Queued first: what is said to be queued then is, whoever dies in between.
      await fromBroker(queue.add({ ...asked.job, accepted: Date.now() }));
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
      await fromBroker(results.open(accepted));
      return reply.code(202).send(accepted);
    },
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
      parts.beatMs ?? BEAT_MS,
    );
  });

  app.get<{ Params: { id: string } }>('/photos/:id', async (request, reply) => {
    const photo = await photos.open(request.params.id);
    if (photo === undefined) throw new HttpError(404, 'NO_PHOTO', 'there is no such photo, or no longer');
    return reply.type('application/octet-stream').header('content-length', photo.size).send(photo.stream);
  });

  /** Where the broker is away, Production DB may know a request that has ended. */
  async function find({ results: live }: RouteParts, id: string): Promise<Recognition> {
    const asked = fromBroker(live.get(id));
    const found = (await asked.catch(() => undefined)) ?? (await archive.find(id).catch(() => undefined));
    if (found !== undefined) return found;
    await asked;
    throw new HttpError(404, 'NO_REQUEST', 'no request has this id, or its result is gone');
  }
}

/** Says to whoever asks that the broker does not answer, and when to come back. */
async function fromBroker<T>(asked: Promise<T>): Promise<T> {
  return asked.catch((cause: unknown) => {
    throw new HttpError(503, 'TEMPORARILY_UNAVAILABLE', 'recognition is temporarily unavailable', {
      retryAfterSeconds: RETRY_SECONDS,
      cause,
    });
  });
}

/** How many requests may still be taken on. The queue is asked for its length not more often than it can have changed much. */
class Room {
  readonly #queue: RouteParts['queue'];
  readonly #most: number;
  #size = 0;
  #asked = -Infinity;
  #answered: Promise<void> = Promise.resolve();

  constructor(queue: RouteParts['queue'], most: number) {
    this.#queue = queue;
    this.#most = most;
  }

  /** Whether there is room for another one. */
  async left(): Promise<boolean> {
    if (performance.now() - this.#asked > SIZE_AGE_MS) {
      this.#asked = performance.now();
      this.#answered = this.#ask();
    }
    // All who come meanwhile wait for it too: the last answer may be of the end of a flood, hours ago.
    await this.#answered;
    return this.#size < this.#most;
  }

  async #ask(): Promise<void> {
    this.#size = await this.#queue.size();
  }

  /** Takes a place, where there is one. */
  async take(): Promise<boolean> {
    if (!(await this.left())) return false;
    this.#size++;
    return true;
  }
}

/** A request as it came. */
interface Asked {
  readonly id: string;
  readonly job: Omit<RecognitionJob, 'accepted'>;
  /** The photo itself, where it came with the request. */
  readonly photo: Buffer | undefined;
  /** Names all that is asked, the photo's bytes included. */
  readonly hash: string;
}

async function readRequest(request: FastifyRequest, { ownUrl }: RouteParts): Promise<Asked> {
  if (!request.isMultipart()) {
    const parsed = recognizeRequest.safeParse(request.body);
    if (parsed.success) return askedFor({ ...parsed.data, id: parsed.data.id ?? randomUUID() });
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
  const parsed = recognizeRequest.safeParse({ image_url, id: given });
  if (!parsed.success) throw new HttpError(400, 'BAD_REQUEST', 'id: must be a UUID');
  const id = parsed.data.id ?? randomUUID();
  return askedFor({ id, image_url: image_url + id }, bytes);
}

function askedFor(
  { id, image_url, brands = [] }: RecognizeRequest & { readonly id: string },
  photo?: Buffer,
): Asked {
  const job = { id, imageUrl: image_url, brands };
  const hash = createHash('sha256').update(requestHash(job));
  if (photo !== undefined) hash.update(photo);
  return { id, job, photo, hash: hash.digest('hex') };
}

/** Server-sent events: what is known now, then every change, until the final one or until the client goes. */
async function streamEvents(
  reply: FastifyReply,
  first: Recognition,
  listen: (listener: (recognition: Recognition) => void) => Promise<() => void>,
  again: () => Promise<Recognition>,
  beatMs: number,
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
  const look = () =>
    again().then(send, () => {
      // Whoever is away now is asked again at the next beat.
    });
  // What is told while the broker is lost, nobody hears.
  const beat = setInterval(() => {
    raw.write(': open\n\n');
    void look();
  }, beatMs);
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
  await look();
  if (over) stop();
}
