import { ClientGone } from '../../lib/runtime/process/client-gone.ts';
import { HttpError } from '../../lib/runtime/process/http-error.ts';
import { DeadlineExceeded } from '../../lib/runtime/call/deadline.ts';
import { describePhotoFailure } from '../../lib/runtime/photos/photo-failure.ts';

/** What a client is told of a failure, and how it is counted. */
export interface Failure {
  readonly error: unknown;
  readonly kind: string;
}

/** What a client is told of a failure; undefined where nobody is there any more. */
export function describeFailure(thrown: unknown): Failure | undefined {
  if (thrown instanceof ClientGone) return undefined;
  if (isTimeout(thrown)) {
    const message = 'the time that the caller gave was over';
    return { error: new HttpError(503, 'DEADLINE', message, { retryAfterSeconds: 1 }), kind: 'deadline' };
  }
  if (thrown instanceof HttpError && thrown.code === 'TEMPORARILY_UNAVAILABLE') {
    return { error: thrown, kind: 'unavailable' };
  }
  return describePhotoFailure(thrown);
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof DeadlineExceeded || (thrown instanceof Error && thrown.name === 'TimeoutError');
}
