/**
 * A client of recognition inside a lab. Standard input is one line of JSON; standard output has one line of JSON for each
 * request, as soon as it is known what became of it.
 *
 * With `send` it posts requests, so many under way at a time or so many a second. Told to `persist`, it does what an app
 * does: where nobody answers, or the answer is 503, it sends the same request again, until its time is over. With `look`
 * it asks for results.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';

/** What a test asks of the probe. */
export interface Wish {
  /** `http://198.18.0.15:8005`. */
  readonly origin: string;
  readonly send?: {
    readonly requests: readonly { readonly id: string; readonly image_url: string }[];
    readonly underWay: number;
    /** How many a second are begun, at most; as fast as they are answered without it. */
    readonly perSecond?: number;
    readonly persist: boolean;
    /** Listens to what is told of each, until its end. */
    readonly follow?: boolean;
    /** After so many seconds nothing is sent again. */
    readonly seconds: number;
  };
  readonly look?: readonly string[];
}

/** What became of a request that was sent. */
export interface Sent {
  readonly id: string;
  /** HTTP status of the last answer; 0 where there was none. */
  readonly status: number;
  readonly code: string;
  readonly retryAfter: string | null;
  /** How often it was sent. */
  readonly tries: number;
  /** How long the last answer took, in milliseconds. */
  readonly ms: number;
  /** From the first word to the end of what was told of it, in milliseconds; where it was followed. */
  readonly endMs?: number;
}

/** What is known of a request. */
export interface Looked {
  readonly id: string;
  readonly status: number;
  readonly body: unknown;
}

const AGAIN_MS = 300;

const { value } = await createInterface({ input: process.stdin })[Symbol.asyncIterator]().next();
const { origin, send, look = [] } = JSON.parse(value ?? '') as Wish;
const print = (line: Sent | Looked) => console.log(JSON.stringify(line));

if (send !== undefined) {
  const { requests, underWay, perSecond = Infinity, persist, follow, seconds } = send;
  const limit = pLimit(underWay);
  const began = performance.now();
  const until = began + seconds * 1000;
  await Promise.all(
    requests.map(async (request, index) => {
      if (perSecond !== Infinity)
        await sleep(Math.max(0, began + (index * 1000) / perSecond - performance.now()));
      await limit(async () => {
        const from = performance.now();
        const sent = await post(request, persist ? until : 0);
        if (follow !== true) return print(sent);
        await toTheEnd(request);
        print({ ...sent, endMs: performance.now() - from });
      });
    }),
  );
}
const limit = pLimit(16);
await Promise.all(look.map((id) => limit(async () => print(await get(id)))));

async function post(request: { readonly id: string }, until: number): Promise<Sent> {
  for (let tries = 1; ; tries++) {
    const answer = await once(request);
    const again = answer.status === 0 || answer.status === 503;
    if (!again || performance.now() > until) return { id: request.id, tries, ...answer };
    await sleep(AGAIN_MS);
  }
}

async function once(request: object): Promise<Omit<Sent, 'id' | 'tries'>> {
  const began = performance.now();
  const ms = () => Math.round(performance.now() - began);
  try {
    const answer = await fetch(`${origin}/recognize`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal: AbortSignal.timeout(15_000),
    });
    const body = (await answer.json()) as { error?: { code?: string } | null };
    const retryAfter = answer.headers.get('retry-after');
    return { status: answer.status, code: body.error?.code ?? '', retryAfter, ms: ms() };
  } catch (error) {
    return { status: 0, code: String(error), retryAfter: null, ms: ms() };
  }
}

async function toTheEnd({ id }: { readonly id: string }): Promise<void> {
  const answer = await fetch(`${origin}/recognize/${id}/events`, { signal: AbortSignal.timeout(60_000) });
  await answer.text();
}

async function get(id: string): Promise<Looked> {
  const answer = await fetch(`${origin}/recognize/${id}`, { signal: AbortSignal.timeout(15_000) });
  return { id, status: answer.status, body: await answer.json() };
}
