import { Remote, type RemoteBreaker } from '../../call/remote.ts';
import { RemoteError, type RemoteFault } from '../../call/remote-error.ts';
import type { Deadline } from '../../call/deadline.ts';
import type { Tokens } from './prices.ts';
import { errorAnswer, generateAnswer, type GenerateRequest } from './wire.ts';

/** What Gemini is asked with. */
export interface GeminiOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  /** How long it may take for one request, in milliseconds. */
  readonly timeoutMs: number;
  readonly onBreaker?: RemoteBreaker['onChange'];
  readonly breakerOpenMs?: number;
}

/** What the model said, and what it took. */
export interface GeminiAnswer {
  readonly text: string;
  /** `STOP` for a whole answer; otherwise why there is none, or not all of it: `MAX_TOKENS`, `SAFETY` … */
  readonly finish: string;
  readonly tokens: Tokens;
}

/** The most that one answer may have, in bytes. */
const MAX_BYTES = 2 * 1024 * 1024;

/** Asks Gemini. Nothing is tried again here: whoever asks knows whether another try is worth its cost. */
export class Gemini {
  readonly #options: GeminiOptions;
  readonly #remote: Remote;

  constructor(options: GeminiOptions) {
    this.#options = options;
    this.#remote = new Remote({
      name: 'gemini',
      baseUrl: options.baseUrl,
      headers: { 'x-goog-api-key': options.apiKey },
      maxBytes: MAX_BYTES,
      breaker: {
        patienceMs: options.timeoutMs / 2,
        openMs: options.breakerOpenMs,
        onChange: options.onBreaker,
      },
    });
  }

  /**
   * Has the model answer a prompt.
   *
   * @throws RemoteError
   */
  async generate(request: GenerateRequest, deadline: Deadline): Promise<GeminiAnswer> {
    const path = `/v1beta/models/${encodeURIComponent(this.#options.model)}:generateContent`;
    try {
      return await this.#remote.post({
        path,
        body: request,
        deadline: deadline.within(this.#options.timeoutMs),
        parse: readAnswer,
      });
    } catch (error) {
      throw error instanceof RemoteError ? explained(error) : error;
    }
  }

  /** Closes the connections. */
  close(): Promise<void> {
    return this.#remote.close();
  }
}

function readAnswer(json: unknown): GeminiAnswer {
  const { candidates, promptFeedback, usageMetadata } = generateAnswer.parse(json);
  const [first] = candidates;
  return {
    text: (first?.content?.parts ?? []).map(({ text }) => text ?? '').join(''),
    finish: first?.finishReason ?? promptFeedback?.blockReason ?? 'NOTHING',
    tokens: {
      input: usageMetadata.promptTokenCount,
      output: usageMetadata.candidatesTokenCount + usageMetadata.thoughtsTokenCount,
    },
  };
}

/** Google's errors say more than their status: a key that it does not know is a 400, a quota says how long it lasts. */
function explained(error: RemoteError): RemoteError {
  const parsed = errorAnswer.safeParse(jsonOf(error.answer));
  if (!parsed.success) return error;
  const { message, status, details } = parsed.data.error;
  const fault: RemoteFault = details.some(({ reason }) => reason === 'API_KEY_INVALID')
    ? 'denied'
    : error.fault;
  return new RemoteError(error.remote, fault, `${status}: ${message}`, {
    cause: error,
    status: error.status,
    retryAfterMs:
      error.retryAfterMs ?? details.map(({ retryDelay }) => milliseconds(retryDelay)).find(Boolean),
    answer: error.answer,
  });
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** A duration as protobuf's JSON writes it: `7s`, `1.5s`. */
function milliseconds(duration: unknown): number | undefined {
  const seconds = typeof duration === 'string' ? /^(\d+(?:\.\d+)?)s$/.exec(duration)?.[1] : undefined;
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
