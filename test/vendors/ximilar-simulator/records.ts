import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { HttpError } from '../../../src/lib/runtime/process/http-error.ts';
import type { PhotoSource } from '../../../src/lib/runtime/photos/photo-source.ts';
import { Picture } from '../picture.ts';

/** Requests carry photos as base64, up to ten at a time. */
export const LARGE = { bodyLimit: 64 * 1024 * 1024 };

/** A photo as a record: by URL or as base64, with fields of the customer's own. */
export const photoRecord = z.looseObject({ _url: z.string().optional(), _base64: z.string().optional() });
export type PhotoRecord = z.infer<typeof photoRecord>;

/** The body of most requests. */
export const recordsBody = z.looseObject({ records: z.array(photoRecord).min(1).max(10) });

/** How a request, or a record, went. */
export function status(code: number, text: string): object {
  return { code, text, request_id: randomUUID() };
}

/** Reads the photo of a record. */
export async function readPhoto({ _base64, _url }: PhotoRecord, photos: PhotoSource): Promise<Picture> {
  if (_base64 !== undefined) {
    return Picture.read(Buffer.from(_base64.replace(/^data:image\/\w+;base64,/, ''), 'base64'));
  }
  if (_url === undefined) throw new HttpError(400, 'NO_IMAGE', 'a record needs _url or _base64');
  return Picture.read(await photos.bytes(_url, new AbortController().signal));
}

/**
 * Answers each record of a request. Each has a status of its own: one that cannot be read does not spoil the others.
 *
 * @param work What is found out about a photo.
 */
export async function answerRecords(
  body: unknown,
  photos: PhotoSource,
  work: (picture: Picture) => object,
): Promise<object> {
  const answers = recordsBody.parse(body).records.map(async (record) => {
    const { _base64: _, ...shown } = record;
    try {
      const picture = await readPhoto(record, photos);
      const size = { _width: picture.width, _height: picture.height };
      return { ...shown, _status: status(200, 'OK'), ...size, ...work(picture) };
    } catch {
      return { ...shown, _status: status(400, 'Could not read the image.') };
    }
  });
  return {
    status: status(200, 'OK'),
    records: await Promise.all(answers),
    statistics: { 'processing time': 0.1 },
  };
}
