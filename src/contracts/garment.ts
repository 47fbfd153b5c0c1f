import { z } from 'zod';

/*
 * What the services of the recognition chain say to each other of photos, garments and the products that look like
 * them. The contracts that use these only grow.
 */

/** A photo: http(s), on a host that the service's configuration allows. */
export const imageUrl = z.string().min(1).max(4096);

/** Part of a photo as shares of its width and height, 0 to 1: left, top, width, height. */
export const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
export type Box = z.infer<typeof box>;

/** A garment that was found in a photo. */
export const garment = z.object({
  /** Its number in the photo, from 0. */
  index: z.int().min(0),
  box,
  /** What kind, in lower case: `dress`, `jacket`, `shoes` … */
  category: z.string(),
  /** How sure the detector is, 0 to 1. */
  confidence: z.number(),
});
export type Garment = z.infer<typeof garment>;

/** What tagging adds to a garment, each with how sure the tagger is, 0 to 1. */
export const garmentTags = z.object({
  category: z.string().nullable(),
  subcategory: z.string().nullable(),
  colours: z.array(z.string()),
  pattern: z.string().nullable(),
  material: z.string().nullable(),
  confidence: z.number(),
});
export type GarmentTags = z.infer<typeof garmentTags>;

/** Where a candidate was found. */
export const candidateSource = z.enum(['pgvector', 'ximilar', 'both']);
export type CandidateSource = z.infer<typeof candidateSource>;

/** A product that looks like a garment: several of its photos are one candidate. */
export const candidate = z.object({
  sku: z.string(),
  brand: z.string(),
  source: candidateSource,
  /** What the list is ordered by, 0 to 1; comparable within one answer only. */
  score: z.number(),
  /** Each source's own score; these are never compared with each other. */
  scores: z.object({ pgvector: z.number().optional(), ximilar: z.number().optional() }),
  /** The photo that matched best. */
  image_url: z.string().nullable(),
  title: z.string().nullable(),
  category: z.string().nullable(),
});
export type Candidate = z.infer<typeof candidate>;

/** What an answer had to do without, e.g. `ximilar`, `pgvector`, `gemini`, `availability`. */
export const degraded = z.array(z.string());

/** What any of the chain's services answers with 4xx or 5xx; 429 and 503 carry `Retry-After`. */
export const serviceError = z.object({
  error: z.object({ code: z.string(), message: z.string() }),
});

/** Brand and SKU together name a product: two brands may use one number. */
export function productKey({ brand, sku }: { readonly brand: string; readonly sku: string }): string {
  return `${brand}/${sku}`;
}
