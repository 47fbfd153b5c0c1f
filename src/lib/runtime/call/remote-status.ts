import type { Dispatcher } from 'undici';
import { z } from 'zod';
import type { RemoteFault } from './remote-error.ts';

/** What a status means; undefined for one that carries an answer. */
export function faultOfStatus(status: number): RemoteFault | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 429) return 'rate-limit';
  if (status === 401 || status === 402 || status === 403) return 'denied';
  // 408: it had no time to read the request, which may be a good one.
  return status >= 400 && status < 500 && status !== 408 ? 'rejected' : 'unavailable';
}

/** When the other side wants to be asked again, in milliseconds; undefined where it did not say. */
export function retryAfterMs({ headers }: Pick<Dispatcher.ResponseData, 'headers'>): number | undefined {
  const text = [headers['retry-after']].flat()[0];
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

/** How our own services answer what they refuse (see `HttpError`). */
const ownError = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** What one of our own services says of its failure; empty for a text that is no such answer. */
export function ownFailure(text: string): { readonly code?: string; readonly message?: string } {
  try {
    return ownError.parse(JSON.parse(text)).error;
  } catch {
    return {};
  }
}
