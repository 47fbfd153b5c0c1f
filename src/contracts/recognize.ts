import { z } from 'zod';
import { candidate, degraded, garment, garmentTags, imageUrl } from './garment.ts';

/** The version of this contract: recognition on port 8005. It only grows. */
export const RECOGNIZE_CONTRACT = 1;

/** `POST /recognize` as JSON. The other way is multipart with the photo itself in the field `image`. */
export const recognizeRequest = z.object({
  /** The caller's own id of this request (a UUID): the same id again is the same request. */
  id: z.uuid().optional(),
  image_url: imageUrl,
  brands: z.array(z.string()).optional(),
});
export type RecognizeRequest = z.infer<typeof recognizeRequest>;

/** The five steps, in the usual order; with TAGGING_MODE on_demand, tag comes behind search. */
export const recognitionStep = z.enum(['detect', 'tag', 'search', 'availability', 'rerank']);
export type RecognitionStep = z.infer<typeof recognitionStep>;

/** What became of one step. */
export const stepReport = z.object({
  step: recognitionStep,
  state: z.enum(['running', 'done', 'skipped', 'failed']),
  ms: z.number(),
  /** One line for people: what it found, or why it did not run. */
  note: z.string(),
});
export type StepReport = z.infer<typeof stepReport>;

/** A garment with what it can be bought as. */
export const recognizedGarment = garment.extend({
  tags: garmentTags.nullable(),
  candidates: z.array(
    candidate.extend({ rerank_score: z.number().nullable(), in_stock: z.boolean().nullable() }),
  ),
});
export type RecognizedGarment = z.infer<typeof recognizedGarment>;

/**
 * What `GET /recognize/:id` answers, and each event of `GET /recognize/:id/events` (server-sent events, `data:` is
 * this, one whenever something is known that was not before; the stream ends behind `done` and `dead`).
 */
export const recognition = z.object({
  id: z.uuid(),
  state: z.enum(['queued', 'running', 'done', 'dead']),
  steps: z.array(stepReport),
  garments: z.array(recognizedGarment),
  degraded,
  cost_usd: z.number(),
  /** From the request to the end, in milliseconds; so far, while it runs. */
  ms: z.number(),
  /** Why it is dead, for the user: `temporarily unavailable`, `the photo cannot be read` … */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type Recognition = z.infer<typeof recognition>;
