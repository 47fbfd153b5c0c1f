import type { Dispatcher } from 'undici';
import type { RemoteFault } from './remote-error.ts';

/** What a status means; undefined for one that carries an answer. */
export function faultOfStatus(status: number): RemoteFault | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 429) return 'rate-limit';
  if (status === 401 || status === 402 || status === 403) return 'denied';
  return status >= 400 && status < 500 ? 'rejected' : 'unavailable';
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
