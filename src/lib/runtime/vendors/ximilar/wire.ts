import { z } from 'zod';

/*
 * Ximilar's wire format as far as it is used (docs.ximilar.com; api.ximilar.com, JSON, `Authorization: Token …`). What it
 * sends beside is left alone: it adds fields without notice.
 */

/** How a request, or one of its records, went: 2xx is well. */
const status = z.object({ code: z.number(), text: z.string().default('') });
export type XimilarStatus = z.infer<typeof status>;

/** A label with its probability, 0 to 1. */
const tag = z.object({ name: z.string(), prob: z.number(), id: z.string().optional() });

/** A picture that was found in a record's photo. */
const foundObject = z.object({
  name: z.string(),
  /** Pixels of the photo as it was sent: left, top, right, bottom. */
  bound_box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  prob: z.number(),
  'Top Category': z.array(tag).optional(),
  _tags: z.record(z.string(), z.array(tag)).optional(),
});
export type XimilarObject = z.infer<typeof foundObject>;

/** What `/tagging/fashion/v2/detect` and `/detection/v2/detect` answer. */
export const detectAnswer = z.object({
  status: status.optional(),
  records: z
    .array(
      z.object({
        _status: status.optional(),
        _width: z.number().optional(),
        _height: z.number().optional(),
        _objects: z.array(foundObject).default([]),
      }),
    )
    .min(1),
});

/** What `/tagging/fashion/v2/tags` answers: tags by group, such as `Category`, `Color`, `Design`, `Material`. */
export const tagsAnswer = z.object({
  status: status.optional(),
  records: z
    .array(z.object({ _status: status.optional(), _tags: z.record(z.string(), z.array(tag)).default({}) }))
    .min(1),
});
export type XimilarTags = z.infer<typeof tagsAnswer>['records'][number]['_tags'];

/** What `/similarity/…/v2/visualKNN` answers: records of the collection, the nearest first. */
export const searchAnswer = z.object({
  status: status.optional(),
  answer_records: z.array(z.record(z.string(), z.unknown())),
  answer_distances: z.array(z.number()),
});
