import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { HttpError } from '../../../src/lib/runtime/process/http-error.ts';
import type { PhotoSource } from '../../../src/lib/runtime/photos/photo-source.ts';
import { Collection, type StoredRecord } from './collection.ts';
import { LARGE, photoRecord, readPhoto, recordsBody, status } from './records.ts';

const knnBody = z.looseObject({
  query_record: photoRecord,
  k: z.int().min(1).default(5),
  fields_to_return: z.array(z.string()).default(['_id']),
  filter: z.unknown().optional(),
});

type Method = (body: unknown, collection: Collection, photos: PhotoSource) => Promise<object> | object;

const METHODS: Readonly<Record<string, Method>> = {
  insert: async (body, collection, photos) => {
    for (const { _base64, ...fields } of recordsBody.parse(body).records) {
      const picture = await readPhoto({ _base64, ...fields }, photos);
      collection.insert({ _id: randomUUID(), ...fields }, picture);
    }
    return { status: status(200, 'OK') };
  },
  delete: (body, collection) => {
    for (const record of recordsBody.parse(body).records) collection.delete(String(record['_id']));
    return { status: status(200, 'OK') };
  },
  allIDs: (_body, collection) => ({
    status: status(200, 'OK'),
    answer_records: collection.ids().map((_id) => ({ _id })),
  }),
  ping: (_body, collection) => ({ status: status(200, 'OK'), info: { record_count: collection.size } }),
  visualKNN: async (body, collection, photos) => {
    const { query_record, k, fields_to_return, filter } = knnBody.parse(body);
    const hits = collection.nearest(await readPhoto(query_record, photos), k, filter);
    return {
      status: status(210, 'The answer is approximate.'),
      answer_records: hits.map(({ record }) => only(record, fields_to_return)),
      answer_distances: hits.map(({ distance }) => distance),
      answer_count: hits.length,
    };
  },
};

/** The collections that can be searched; one comes to be by its first record. */
export function similarityRoutes(app: FastifyInstance, photos: PhotoSource): void {
  const collections = new Map<string, Collection>();
  app.post<{ Params: { method: string } }>('/similarity/:service/v2/:method', LARGE, (request) => {
    const { method } = request.params;
    const answer = METHODS[method];
    if (answer === undefined) throw new HttpError(404, 'NOT_FOUND', `there is no method "${method}"`);
    const id = String(request.headers['collection-id'] ?? '');
    if (id === '') throw new HttpError(400, 'NO_COLLECTION', 'the header collection-id is missing');
    const collection = collections.get(id) ?? new Collection();
    collections.set(id, collection);
    return answer(request.body, collection, photos);
  });
}

function only(record: StoredRecord, fields: readonly string[]): object {
  return Object.fromEntries(fields.filter((field) => field in record).map((field) => [field, record[field]]));
}
