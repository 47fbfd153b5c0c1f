import { FetchError, type FetchFault } from '../fetch/fetch-error.ts';
import { HttpError } from '../process/http-error.ts';
import { ImageError, type ImageFault } from './image/image-error.ts';

/** Whose fault it was that a photo could not be worked on; a label of metrics. */
export type FailureKind = 'input' | 'forbidden' | 'origin' | 'overload' | 'internal';

const IMAGE_STATUS: Readonly<Record<ImageFault, number>> = {
  NOT_AN_IMAGE: 415,
  UNREADABLE_IMAGE: 422,
  IMAGE_TOO_SMALL: 422,
  IMAGE_TOO_LARGE: 413,
  IMAGE_TOO_LONG: 422,
};

/** 424: what failed is not the service but the origin that the client named. */
const FETCH_STATUS: Readonly<Record<FetchFault, readonly [number, FailureKind]>> = {
  BAD_URL: [400, 'input'],
  URL_NOT_ALLOWED: [403, 'forbidden'],
  ADDRESS_NOT_ALLOWED: [403, 'forbidden'],
  ORIGIN_UNREACHABLE: [424, 'origin'],
  ORIGIN_STATUS: [424, 'origin'],
  ORIGIN_TIMEOUT: [424, 'origin'],
  ORIGIN_REDIRECTS: [424, 'origin'],
  WRONG_TYPE: [415, 'input'],
  TOO_LARGE: [413, 'input'],
};

/** What a client is told of a failure, and how it is counted. */
export function describePhotoFailure(thrown: unknown): {
  readonly error: unknown;
  readonly kind: FailureKind;
} {
  if (thrown instanceof ImageError) {
    return {
      error: new HttpError(IMAGE_STATUS[thrown.code], thrown.code, thrown.message, { cause: thrown }),
      kind: 'input',
    };
  }
  if (thrown instanceof FetchError) {
    const [status, kind] = FETCH_STATUS[thrown.code];
    return { error: new HttpError(status, thrown.code, thrown.message, { cause: thrown }), kind };
  }
  const status = statusOf(thrown);
  if (status === 503) return { error: thrown, kind: 'overload' };
  return { error: thrown, kind: status >= 400 && status < 500 ? 'input' : 'internal' };
}

/** fastify's own errors, such as a body that is no JSON, carry their status. */
function statusOf(thrown: unknown): number {
  if (thrown instanceof HttpError) return thrown.status;
  return thrown instanceof Error && 'statusCode' in thrown ? Number(thrown.statusCode) : 500;
}
