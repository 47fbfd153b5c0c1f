import { z } from 'zod';
import { box, degraded, imageUrl } from './garment.ts';

/** The version of this contract: llm-reranker on port 8002. It only grows. */
export const RERANK_CONTRACT = 1;

/** `POST /rerank`: the garment, and the products to compare it with, the best first. */
export const rerankRequest = z.object({
  image_url: imageUrl,
  box: box.optional(),
  category: z.string().optional(),
  candidates: z
    .array(z.object({ sku: z.string(), image_url: imageUrl, title: z.string().nullable().optional() }))
    .min(1)
    .max(50),
  deadline_ms: z.number().positive().max(120_000).optional(),
});
export type RerankRequest = z.infer<typeof rerankRequest>;

/** What `POST /rerank` answers with 200. */
export const rerankResponse = z.object({
  /** Every candidate once, the best first; `score` is the model's, 0 to 1, or null where the model did not answer. */
  ranked: z.array(z.object({ sku: z.string(), score: z.number().nullable(), reason: z.string().nullable() })),
  /** `gemini` where the order is the one that was asked with. */
  degraded,
  model: z.string(),
  /** All attempts together, failed ones too, in US dollars. */
  cost_usd: z.number(),
  tokens: z.object({ input: z.int(), output: z.int() }),
  /** The bill, a row an attempt. */
  attempts: z
    .array(
      z.object({
        attempt: z.int(),
        model: z.string(),
        /** Version of the price table. */
        prices: z.string(),
        outcome: z.string(),
        input_tokens: z.int(),
        output_tokens: z.int(),
        cost_usd: z.number(),
        /** Whether the tokens are guessed, since the model did not say them. */
        estimated: z.boolean(),
        ms: z.number(),
      }),
    )
    .optional(),
  ms: z.number(),
});
export type RerankResponse = z.infer<typeof rerankResponse>;
