import { detectResponse, searchResponse, tagResponse } from '../../contracts/gateway.ts';
import { rerankResponse } from '../../contracts/rerank.ts';
import { JsonClient } from '../../lib/runtime/call/json-client.ts';
import type { Gateway, Reranker } from './ports.ts';

/** How much sooner than the caller the callee gives up, so that its answer says what it went without, in milliseconds. */
const MARGIN_MS = 150;

/** ximilar-gw over HTTP. */
export function gatewayAt(origin: string): Gateway & { close(): Promise<void> } {
  const client = new JsonClient('ximilar-gw', origin);
  const within = (deadlineMs: number) => Math.max(1, Math.floor(deadlineMs - MARGIN_MS));
  return {
    detect: (image_url, deadlineMs, signal) =>
      client.post(
        '/detect',
        { image_url, deadline_ms: within(deadlineMs) },
        detectResponse,
        deadlineMs,
        signal,
      ),
    tag: (image_url, box, deadlineMs, signal) =>
      client.post(
        '/tag',
        { image_url, box, deadline_ms: within(deadlineMs) },
        tagResponse,
        deadlineMs,
        signal,
      ),
    search: (request, deadlineMs, signal) =>
      client.post(
        '/search',
        { ...request, deadline_ms: within(deadlineMs) },
        searchResponse,
        deadlineMs,
        signal,
      ),
    close: () => client.close(),
  };
}

/** llm-reranker over HTTP. */
export function rerankerAt(origin: string): Reranker & { close(): Promise<void> } {
  const client = new JsonClient('llm-reranker', origin);
  return {
    rerank: (request, deadlineMs, signal) =>
      client.post(
        '/rerank',
        { ...request, deadline_ms: Math.max(1, Math.floor(deadlineMs - MARGIN_MS)) },
        rerankResponse,
        deadlineMs,
        signal,
      ),
    close: () => client.close(),
  };
}
