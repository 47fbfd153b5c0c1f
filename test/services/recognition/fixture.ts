import type { Candidate, Garment } from '../../../src/contracts/garment.ts';
import type { SearchResponse } from '../../../src/contracts/gateway.ts';
import type { Recognition } from '../../../src/contracts/recognize.ts';
import { RecentValues } from '../../../src/lib/runtime/metrics/recent-values.ts';
import { Metrics } from '../../../src/lib/runtime/metrics/metrics.ts';
import { metrics } from '../../../src/services/recognition/metrics.ts';
import type { RecognitionFlags } from '../../../src/services/recognition/ports.ts';
import { productKey } from '../../../src/contracts/garment.ts';
import { runPipeline } from '../../../src/services/recognition/pipeline.ts';
import { Report } from '../../../src/services/recognition/report.ts';
import type { PipelineParts } from '../../../src/services/recognition/run.ts';

export const ID = '0190a5b0-0000-7000-8000-000000000001';
export const FLAGS: RecognitionFlags = {
  version: 'v1',
  taggingMode: 'on_demand',
  availabilityWindowMs: 86_400_000,
  minCandidates: 3,
};

export function garment(index: number, parts: Partial<Garment> = {}): Garment {
  return { index, box: [0, 0, 1, 1], category: 'dress', confidence: 0.9 - index / 10, ...parts };
}

export function candidate(sku: string, parts: Partial<Candidate> = {}): Candidate {
  return {
    sku,
    brand: 'zara',
    source: 'pgvector',
    score: 0.9,
    scores: { pgvector: 0.9 },
    image_url: `http://images/${sku}.jpg`,
    title: sku,
    category: 'dress',
    ...parts,
  };
}

export function found(skus: readonly string[], parts: Partial<SearchResponse> = {}): SearchResponse {
  return {
    candidates: skus.map((sku) => candidate(sku)),
    backend: 'conditional',
    boosted: false,
    top1: 0.9,
    margin: 0.2,
    confident: true,
    next: null,
    degraded: [],
    flags: 'v1',
    ms: 1,
    ...parts,
  };
}

/** A pipeline whose neighbours answer well, unless told otherwise. */
export function parts(other: Partial<PipelineParts> = {}): PipelineParts {
  return {
    gateway: {
      detect: async () => ({ garments: [garment(0)], degraded: [], ms: 1 }),
      tag: async () => ({
        tags: {
          category: 'dress',
          subcategory: null,
          colours: [],
          pattern: null,
          material: null,
          confidence: 1,
        },
        degraded: [],
        ms: 1,
      }),
      search: async () => found(['a', 'b', 'c', 'd']),
    },
    reranker: {
      rerank: async ({ candidates }) => ({
        ranked: candidates
          .toReversed()
          .map(({ sku }, index) => ({ sku, score: 1 - index / 10, reason: null })),
        degraded: [],
        model: 'gemini-2.5-flash',
        cost_usd: 0.001,
        tokens: { input: 1, output: 1 },
        ms: 1,
      }),
    },
    availability: { inStock: async (products) => new Set(products.map(productKey)) },
    settings: { garments: 4, reranked: 10, deadlineMs: 5000 },
    metrics: new Metrics(metrics),
    durations: new RecentValues(60_000),
    ...other,
  };
}

/** Runs the pipeline; answers its outcome, and everything that it published on its way. */
export async function run(
  other: Partial<PipelineParts> = {},
  flags: Partial<RecognitionFlags> = {},
): Promise<Recognition & { readonly published: readonly Recognition[]; skus: string[] }> {
  const published: Recognition[] = [];
  const report = new Report(ID, Date.now(), (recognition) => published.push(recognition));
  const job = { id: ID, imageUrl: 'http://images/photo.jpg', brands: [], accepted: Date.now() };
  const outcome = await runPipeline(
    parts(other),
    job,
    { ...FLAGS, ...flags },
    report,
    new AbortController().signal,
  );
  return { ...outcome, published, skus: outcome.garments[0]?.candidates.map(({ sku }) => sku) ?? [] };
}
