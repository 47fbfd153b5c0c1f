import { z } from 'zod';
import { box, candidate, degraded, garment, garmentTags, imageUrl } from './garment.ts';

/** The version of this contract: ximilar-gw on port 8001. It only grows. */
export const GATEWAY_CONTRACT = 1;

/** Milliseconds that the caller still waits; the gateway gives up in time to say so. */
const deadline = z.number().positive().max(120_000).optional();

/** `POST /detect`. */
export const detectRequest = z.object({ image_url: imageUrl, deadline_ms: deadline });
export type DetectRequest = z.infer<typeof detectRequest>;

/** What `POST /detect` answers with 200. */
export const detectResponse = z.object({
  garments: z.array(garment),
  /** `ximilar` where the detector did not answer and the whole photo is taken for one garment. */
  degraded,
  ms: z.number(),
});
export type DetectResponse = z.infer<typeof detectResponse>;

/** `POST /tag`. */
export const tagRequest = z.object({ image_url: imageUrl, box: box.optional(), deadline_ms: deadline });
export type TagRequest = z.infer<typeof tagRequest>;

/** What `POST /tag` answers with 200; tags are null where the tagger did not answer. */
export const tagResponse = z.object({ tags: garmentTags.nullable(), degraded, ms: z.number() });
export type TagResponse = z.infer<typeof tagResponse>;

/** The four modes of the flag SEARCH_BACKEND. */
export const searchBackend = z.enum(['ximilar', 'pgvector', 'conditional', 'dual']);
export type SearchBackend = z.infer<typeof searchBackend>;

/** `POST /search`. */
export const searchRequest = z.object({
  image_url: imageUrl,
  box: box.optional(),
  /** How many candidates (SKUs). */
  limit: z.int().min(1).max(200).default(50),
  /** Only these brands, and this category. */
  brands: z.array(z.string()).optional(),
  category: z.string().optional(),
  /** What an earlier answer's `next` said, for the candidates behind those. */
  after: z.string().optional(),
  /** Ask this source only, whatever the flag says: recognition asks pgvector, then Ximilar, for more. */
  source: z.enum(['pgvector', 'ximilar']).optional(),
  deadline_ms: deadline,
});
export type SearchRequest = z.input<typeof searchRequest>;

/** What `POST /search` answers with 200; where no source answered it is 503. */
export const searchResponse = z.object({
  /** The best first. */
  candidates: z.array(candidate),
  /** The mode that was in force. */
  backend: searchBackend,
  /** Whether Ximilar's search was asked as a booster. */
  boosted: z.boolean(),
  /** Score of the best SKU by pgvector, and its lead over the second; null where pgvector was not asked. */
  top1: z.number().nullable(),
  margin: z.number().nullable(),
  /** Whether the answer is sure enough by CONFIDENCE_THRESHOLD and MARGIN. */
  confident: z.boolean(),
  /** For the candidates behind these; null where there are none. */
  next: z.string().nullable(),
  degraded,
  /** Version of the flags that were in force. */
  flags: z.string(),
  ms: z.number(),
});
export type SearchResponse = z.infer<typeof searchResponse>;
