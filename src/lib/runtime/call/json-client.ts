import { Agent, request } from 'undici';
import type { z } from 'zod';
import { messageOf } from '../../common/error/unde-error.ts';

/** Why a call to another service brought no answer that can be used. */
export class CallError extends Error {
  /** The service that was called. */
  readonly service: string;
  /** HTTP status; 0 where there was no answer at all. */
  readonly status: number;
  /** The callee's own code, `TIMEOUT`, `UNREACHABLE` or `BAD_ANSWER`. */
  readonly code: string;

  constructor(service: string, status: number, code: string, message: string, cause?: unknown) {
    super(`${service}: ${message}`, cause === undefined ? undefined : { cause });
    this.name = 'CallError';
    this.service = service;
    this.status = status;
    this.code = code;
  }

  /** Whether the request itself is at fault: the same one would fail again. */
  get permanent(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 408 && this.status !== 429;
  }

  /** Whether nobody was there, or nobody who takes requests: a service that starts, or has too much to do. */
  get absent(): boolean {
    return this.code === 'UNREACHABLE' || this.code === 'OVERLOADED';
  }
}

/** Largest answer that is read, in bytes: fifty candidates with their titles are a few of them. */
const MAX_ANSWER = 4 << 20;

/** Calls one of the fleet's own services: JSON there, JSON back, within a deadline. */
export class JsonClient {
  readonly #service: string;
  readonly #origin: string;
  readonly #agent: Agent;

  /**
   * @param service The callee's name, for errors.
   * @param origin `http://10.1.0.12:8001`.
   */
  constructor(service: string, origin: string) {
    this.#service = service;
    this.#origin = origin.replace(/\/$/, '');
    this.#agent = new Agent({ connections: 32, connect: { timeout: 2000 }, keepAliveTimeout: 10_000 });
  }

  /**
   * Posts a request.
   *
   * @param deadlineMs How long the caller waits for the whole answer.
   * @throws CallError
   */
  async post<T>(
    path: string,
    body: unknown,
    schema: z.ZodType<T>,
    deadlineMs: number,
    signal?: AbortSignal,
  ): Promise<T> {
    const timeout = AbortSignal.timeout(Math.max(1, Math.floor(deadlineMs)));
    const { status, text } = await this.#exchange(path, JSON.stringify(body), timeout, signal);
    const answer = jsonOf(text);
    if (status !== 200) {
      const { code = 'FAILED', message = `answered ${status}` } = errorOf(answer);
      throw new CallError(this.#service, status, code, message);
    }
    const parsed = schema.safeParse(answer);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') || 'its answer';
    throw new CallError(this.#service, 200, 'BAD_ANSWER', `${where}: ${issue?.message ?? 'not understood'}`);
  }

  /** Closes the kept connections. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #exchange(
    path: string,
    body: string,
    timeout: AbortSignal,
    signal: AbortSignal | undefined,
  ): Promise<{ status: number; text: string }> {
    try {
      const response = await request(`${this.#origin}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        dispatcher: this.#agent,
        signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > MAX_ANSWER) throw new Error(`its answer is longer than ${MAX_ANSWER} bytes`);
        chunks.push(chunk);
      }
      return { status: response.statusCode, text: Buffer.concat(chunks).toString() };
    } catch (error) {
      signal?.throwIfAborted();
      if (timeout.aborted) throw new CallError(this.#service, 0, 'TIMEOUT', 'did not answer in time', error);
      throw new CallError(this.#service, 0, 'UNREACHABLE', messageOf(error), error);
    }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function errorOf(answer: unknown): { code?: string; message?: string } {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return {};
  const { error } = answer;
  if (typeof error !== 'object' || error === null) return {};
  const { code, message } = error as { code?: unknown; message?: unknown };
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof message === 'string' ? { message } : {}),
  };
}
