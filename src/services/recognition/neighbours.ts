import type { z } from 'zod';
import { detectResponse, searchResponse, tagResponse } from '../../contracts/gateway.ts';
import { rerankResponse } from '../../contracts/rerank.ts';
import { Deadline } from '../../lib/runtime/call/deadline.ts';
import { Remote } from '../../lib/runtime/call/remote.ts';
import type { Gateway, Reranker } from './ports.ts';

/** How much sooner than the caller the callee gives up, so that its answer says what it went without, in milliseconds. */
const MARGIN_MS = 150;
/** Largest answer that is read, in bytes: fifty candidates with their titles are a few of them. */
const MAX_BYTES = 4 << 20;
/** A host that is down is known to be absent long before the request's own deadline, in milliseconds. */
const CONNECT_MS = 2000;
const CONNECTIONS = 32;

/** ximilar-gw over HTTP. */
export function gatewayAt(baseUrl: string): Gateway & { close(): Promise<void> } {
  const { post, close } = neighbour('ximilar-gw', baseUrl);
  return {
    detect: (image_url, deadlineMs, signal) =>
      post('/detect', { image_url }, detectResponse, deadlineMs, signal),
    tag: (image_url, box, deadlineMs, signal) =>
      post('/tag', { image_url, box }, tagResponse, deadlineMs, signal),
    search: (request, deadlineMs, signal) => post('/search', request, searchResponse, deadlineMs, signal),
    close,
  };
}

/** llm-reranker over HTTP. */
export function rerankerAt(baseUrl: string): Reranker & { close(): Promise<void> } {
  const { post, close } = neighbour('llm-reranker', baseUrl);
  return {
    rerank: (request, deadlineMs, signal) => post('/rerank', request, rerankResponse, deadlineMs, signal),
    close,
  };
}

/** Another service of ours. No breaker stands before it: the queue tries a request again, and knows when to wait. */
function neighbour(name: string, baseUrl: string) {
  const remote = new Remote({
    name,
    baseUrl,
    maxBytes: MAX_BYTES,
    connectMs: CONNECT_MS,
    connections: CONNECTIONS,
  });
  return {
    post: <T>(path: string, body: object, schema: z.ZodType<T>, deadlineMs: number, signal: AbortSignal) =>
      remote.post({
        path,
        body: { ...body, deadline_ms: Math.max(1, Math.floor(deadlineMs - MARGIN_MS)) },
        deadline: Deadline.after(deadlineMs, signal),
        parse: (json) => schema.parse(json),
      }),
    close: () => remote.close(),
  };
}
