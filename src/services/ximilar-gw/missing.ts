import { FetchError } from '../../lib/runtime/fetch/fetch-error.ts';
import { ClientGone } from '../../lib/runtime/process/client-gone.ts';
import { HttpError } from '../../lib/runtime/process/http-error.ts';
import { ImageError } from '../../lib/runtime/photos/image/image-error.ts';
import type { Deadline } from '../../lib/runtime/call/deadline.ts';

/** A source that did not answer; the answer does without it, and says so. */
export class Missing {
  readonly source: string;
  readonly error: Error;

  constructor(source: string, error: Error) {
    this.source = source;
    this.error = error;
  }
}

/**
 * Runs something that an answer can do without. What is wrong with the request itself, such as its photo, is thrown: no
 * source could help it.
 *
 * @param source What is missing where it fails: `ximilar`, `pgvector`.
 */
export async function attempt<T>(
  source: string,
  deadline: Deadline,
  work: () => Promise<T>,
): Promise<T | Missing> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImageError || error instanceof FetchError || error instanceof HttpError) throw error;
    if (deadline.signal.reason instanceof ClientGone) throw deadline.signal.reason;
    return new Missing(source, error instanceof Error ? error : new Error(String(error)));
  }
}
