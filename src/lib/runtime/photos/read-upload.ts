import type { FastifyRequest } from 'fastify';
import { HttpError } from '../process/http-error.ts';

/** A photo that came as a form, with the form's other fields that stood before it. */
export interface Upload {
  readonly bytes: Buffer;
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Reads a multipart form's photo, which is expected in the field `image`.
 *
 * @param signal The client's: what it throws is thrown where the client went away meanwhile.
 * @throws HttpError 400; the parser's own errors, which carry a status, as they are.
 */
export async function readUpload(request: FastifyRequest, signal?: AbortSignal): Promise<Upload> {
  try {
    const file = await request.file();
    if (file?.fieldname === 'image') {
      const bytes = await file.toBuffer();
      const fields = Object.entries(file.fields).flatMap(([name, field]): [string, string][] =>
        field !== undefined && 'value' in field ? [[name, String(field.value)]] : [],
      );
      return { bytes, fields: Object.fromEntries(fields) };
    }
  } catch (cause) {
    signal?.throwIfAborted();
    // What the parser found no words for is a body that is no form.
    if (cause instanceof Error && 'statusCode' in cause) throw cause;
    throw new HttpError(400, 'BAD_REQUEST', 'the body is not a complete multipart form', { cause });
  }
  throw new HttpError(400, 'BAD_REQUEST', 'the photo is expected in the field "image"');
}
