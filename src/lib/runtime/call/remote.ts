import { Agent, FormData, type Dispatcher } from 'undici';
import { ZodError } from 'zod';
import { messageOf } from '../../common/error/unde-error.ts';
import { Breaker, BreakerOpen, type BreakerState, type CallVerdict } from './breaker.ts';
import type { Deadline } from './deadline.ts';
import { guardedConnector } from './guarded-connector.ts';
import { RemoteError, type RemoteDetails, type RemoteFault } from './remote-error.ts';
import { faultOfStatus, ownFailure, retryAfterMs } from './remote-status.ts';

/** How a failing service is left alone. */
export interface RemoteBreaker {
  /** A call that had less time than this, and no answer, says nothing against the other side, in milliseconds. */
  readonly patienceMs: number;
  /** How long it is left alone before it is tried again, in milliseconds. */
  readonly openMs?: number | undefined;
  readonly onChange?: ((state: BreakerState) => void) | undefined;
}

/** What a {@link Remote} is made of. */
export interface RemoteOptions {
  /** What people call it: `ximilar`, `gemini`, `embedder`. */
  readonly name: string;
  /** `https://host` or `http://host:port`; paths are put behind it. */
  readonly baseUrl: string;
  /** Headers of every request, its key among them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A longer answer is no answer, in bytes. */
  readonly maxBytes: number;
  /** Without one every call is made, however often the last ones failed: for whoever waits and tries again himself. */
  readonly breaker?: RemoteBreaker;
  /** How long a connection may take to be made, in milliseconds; as long as the call's deadline unless given. */
  readonly connectMs?: number;
  /** Connections at most; calls beyond them wait for one. */
  readonly connections?: number;
}

/** One request. */
export interface RemoteRequest<T> {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is a form. */
  readonly body: FormData | object;
  readonly deadline: Deadline;
  /** Makes the answer of what JSON it is; what it throws makes it garbage. */
  readonly parse: (json: unknown) => T;
}

/** How much of an answer an error keeps, in characters. */
const ANSWER_CHARS = 4000;

/** Another service that is asked over HTTP: a vendor, or one of ours. Nothing here is tried twice. */
export class Remote {
  readonly #options: RemoteOptions;
  readonly #base: URL;
  readonly #agent: Agent;
  readonly #breaker: Breaker | undefined;

  constructor(options: RemoteOptions) {
    this.#options = options;
    this.#base = new URL(options.baseUrl);
    this.#agent = new Agent({
      // The deadline of each request bounds all of them.
      connect: guardedConnector({ timeoutMs: options.connectMs ?? 0 }),
      connections: options.connections ?? null,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 30_000,
    });
    this.#breaker =
      options.breaker === undefined
        ? undefined
        : new Breaker({ ...options.breaker, name: options.name, verdict });
  }

  /** How the breaker stands; one that there is not is closed. */
  get breaker(): BreakerState {
    return this.#breaker?.state ?? 'closed';
  }

  /**
   * Sends a POST request, and reads its answer.
   *
   * @throws RemoteError; the reason of the deadline's signal where the client went away
   */
  async post<T>(request: RemoteRequest<T>): Promise<T> {
    if (this.#breaker === undefined) return this.#send(request);
    try {
      return await this.#breaker.run(() => this.#send(request));
    } catch (error) {
      if (error instanceof BreakerOpen)
        throw this.#error('open', 'it failed too often just now', { cause: error });
      throw error;
    }
  }

  /** Closes the connections. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #send<T>({ path, headers, body, deadline, parse }: RemoteRequest<T>): Promise<T> {
    const given = deadline.remaining;
    const isForm = body instanceof FormData;
    try {
      const response = await this.#agent.request({
        origin: this.#base.origin,
        path: `${this.#base.pathname.replace(/\/$/, '')}${path}`,
        method: 'POST',
        headers: {
          accept: 'application/json',
          ...(isForm ? {} : { 'content-type': 'application/json' }),
          ...this.#options.headers,
          ...headers,
        },
        body: isForm ? body : JSON.stringify(body),
        signal: deadline.signal,
      });
      return this.#answer(response, await this.#text(response), parse);
    } catch (cause) {
      if (cause instanceof RemoteError) throw cause;
      if (deadline.passed) {
        const patient = given >= (this.#options.breaker?.patienceMs ?? 0);
        throw new RemoteTimeout(this.#options.name, given, patient, cause);
      }
      deadline.signal.throwIfAborted();
      throw this.#error('unavailable', `it cannot be reached: ${messageOf(cause)}`, { cause });
    }
  }

  #answer<T>(response: Dispatcher.ResponseData, text: string, parse: (json: unknown) => T): T {
    const status = response.statusCode;
    const answer = text.slice(0, ANSWER_CHARS);
    const fault = faultOfStatus(status);
    if (fault !== undefined) {
      const { code, message = `it answered ${status}` } = ownFailure(text);
      throw this.#error(fault, message, { status, code, answer, retryAfterMs: retryAfterMs(response) });
    }
    try {
      return parse(JSON.parse(text));
    } catch (cause) {
      if (cause instanceof RemoteError) throw cause;
      throw this.#error('garbage', `its answer makes no sense${placeOf(cause)}`, { status, answer, cause });
    }
  }

  async #text(response: Dispatcher.ResponseData): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > this.#options.maxBytes) {
        response.body.on('error', () => undefined).destroy();
        throw this.#error('garbage', `its answer has more than ${this.#options.maxBytes} bytes`);
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, size).toString('utf8');
  }

  #error(fault: RemoteFault, message: string, details: RemoteDetails = {}): RemoteError {
    return new RemoteError(this.#options.name, fault, message, details);
  }
}

/** Where an answer is not what its schema says. */
function placeOf(cause: unknown): string {
  const issue = cause instanceof ZodError ? cause.issues[0] : undefined;
  if (issue === undefined) return '';
  const place = issue.path.length === 0 ? '' : ` at ${issue.path.map(String).join('.')}`;
  return `${place}: ${issue.message}`;
}

/** No answer in time. */
class RemoteTimeout extends RemoteError {
  /** Whether it had time enough. */
  readonly patient: boolean;

  constructor(remote: string, ms: number, patient: boolean, cause: unknown) {
    super(remote, 'timeout', `it did not answer within ${Math.round(ms)} ms`, { cause });
    this.patient = patient;
  }
}

/** What the outcome of a call says of the other side. */
function verdict(error: unknown): CallVerdict {
  if (error instanceof RemoteTimeout) return error.patient ? 'failed' : 'nothing';
  if (!(error instanceof RemoteError)) return 'nothing';
  return error.fault === 'rate-limit' || error.fault === 'rejected' ? 'alive' : 'failed';
}
