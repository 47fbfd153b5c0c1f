import http from 'node:http';
import { Readable, type Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createParser } from 'eventsource-parser';
import { UndeError, messageOf } from '../../common/error/unde-error.ts';
import type { Connection } from '../ssh/connection.ts';

/** A request to a service, on its own host. */
export interface ServiceRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** The service's port on the host's loopback. */
  readonly port: number;
  readonly path: string;
  /** Sent as a form, or else as JSON. */
  readonly body?: FormData | object | undefined;
  /** The deadline of all of it in milliseconds, the last byte of the answer included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What the service answered. */
export interface ServiceAnswer {
  readonly status: number;
  /** Empty where it was a stream of events. */
  readonly body: string;
}

/** How long an answer may be that is kept in memory, in bytes. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

/**
 * Asks a service over HTTP on its own host, through the fleet's SSH connection: no port has to be open to the operator.
 *
 * @throws UndeError SERVICE_UNREACHABLE, SERVICE_SILENT, FORWARDING_REFUSED, INTERRUPTED
 */
export function askService(connection: Connection, request: ServiceRequest): Promise<ServiceAnswer> {
  return exchange(connection, request, wholeAnswer);
}

/**
 * As {@link askService}, for a path that answers by server-sent events, until the service ends the stream.
 *
 * @param onData Called with each event's data as it comes. An answer that is no stream is in the result.
 */
export function followService(
  connection: Connection,
  request: ServiceRequest,
  onData: (data: string) => void,
): Promise<ServiceAnswer> {
  return exchange(connection, request, async (response) => {
    const type = response.headers['content-type'] ?? '';
    if (!type.startsWith('text/event-stream')) return wholeAnswer(response);
    const parser = createParser({ onEvent: ({ data }) => onData(data) });
    // From here on the stream brings text, a letter never in two pieces.
    response.setEncoding('utf8');
    for await (const text of response) parser.feed(text as string);
    return { status: response.statusCode ?? 0, body: '' };
  });
}

async function exchange<T>(
  connection: Connection,
  request: ServiceRequest,
  read: (response: http.IncomingMessage) => Promise<T>,
): Promise<T> {
  const { port, timeoutMs, signal } = request;
  const deadline = AbortSignal.timeout(timeoutMs);
  const over = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
  let channel: Duplex | undefined;
  try {
    channel = await orOver(over, openChannel(connection, port, over));
    return await orOver(over, send(channel, request).then(read));
  } catch (error) {
    const { host } = connection;
    if (signal?.aborted) {
      throw new UndeError({
        code: 'INTERRUPTED',
        message: 'interrupted',
        exit: 'interrupted',
        where: { host },
      });
    }
    if (!deadline.aborted && error instanceof UndeError) throw error;
    throw new UndeError({
      code: deadline.aborted ? 'SERVICE_SILENT' : 'SERVICE_UNREACHABLE',
      message: deadline.aborted
        ? `port ${port} of ${host} did not answer within ${timeoutMs / 1000} s`
        : `port ${port} of ${host} broke off its answer: ${messageOf(error)}`,
      exit: 'unreachable',
      where: { host },
      hint: `unde status host:${host} --once`,
      cause: error,
    });
  } finally {
    channel?.destroy();
  }
}

/** A channel to the service; one that opens when nobody waits any more is closed again. */
async function openChannel(connection: Connection, port: number, over: AbortSignal): Promise<Duplex> {
  const channel = await connection.openTcp(port);
  // A broken pipe is told by the answer that ends; without a listener it would end the process.
  channel.on('error', () => undefined);
  if (over.aborted) channel.destroy();
  return channel;
}

/** What was waited for, or the signal's reason: a link that has gone silent rejects nothing. */
function orOver<T>(over: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => reject(over.reason as Error);
    if (over.aborted) end();
    over.addEventListener('abort', end, { once: true });
    work.then(resolve, reject).finally(() => over.removeEventListener('abort', end));
  });
}

async function send(channel: Duplex, request: ServiceRequest): Promise<http.IncomingMessage> {
  const { method, path } = request;
  const { headers, body } = encode(request.body);
  const asked = http.request({
    method,
    path,
    // Told to close, a service that answers before it has read a body breaks the connection, and its answer may be lost.
    headers: { Host: 'localhost', Connection: 'keep-alive', ...headers },
    createConnection: () => channel,
  });
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve);
    // Later ones reach whoever reads the answer.
    asked.on('error', reject);
  });
  if (body === undefined || typeof body === 'string') asked.end(body);
  // A service may refuse a body before it has read all of it; its answer tells why.
  else void pipeline(body, asked).catch(() => undefined);
  return answered;
}

/** A body with the headers that say what it is. A form is sent piece by piece. */
function encode(body: FormData | object | undefined): {
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body?: string | Readable;
} {
  if (body === undefined) return { headers: {} };
  if (body instanceof FormData) {
    const form = new Response(body);
    const type = form.headers.get('content-type') ?? '';
    return { headers: { 'Content-Type': type }, body: Readable.from(form.body ?? []) };
  }
  const json = JSON.stringify(body);
  return {
    headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(json) },
    body: json,
  };
}

async function wholeAnswer(response: http.IncomingMessage): Promise<ServiceAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_ANSWER) throw new Error(`it is longer than ${LARGEST_ANSWER / 1024 / 1024} MiB`);
    chunks.push(chunk);
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() };
}
