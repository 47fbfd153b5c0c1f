import type { DetectResponse, SearchRequest, SearchResponse, TagResponse } from '../../contracts/gateway.ts';
import type { Box } from '../../contracts/garment.ts';
import type { RerankRequest, RerankResponse } from '../../contracts/rerank.ts';

/** ximilar-gw, as the pipeline uses it. Times are in milliseconds. */
export interface Gateway {
  detect(imageUrl: string, deadlineMs: number, signal: AbortSignal): Promise<DetectResponse>;
  tag(imageUrl: string, box: Box, deadlineMs: number, signal: AbortSignal): Promise<TagResponse>;
  search(request: SearchRequest, deadlineMs: number, signal: AbortSignal): Promise<SearchResponse>;
}

/** llm-reranker, as the pipeline uses it. */
export interface Reranker {
  rerank(request: RerankRequest, deadlineMs: number, signal: AbortSignal): Promise<RerankResponse>;
}

/** What names a product in every database. */
export interface Product {
  readonly brand: string;
  readonly sku: string;
}

/** What the Staging DB knows of stock. */
export interface Availability {
  /**
   * Which of some products were seen in stock within the window, by their keys.
   *
   * @param windowMs How far back an observation counts.
   * @throws StockUnknown where nothing was observed at all within the window: an absent product then says nothing.
   */
  inStock(products: readonly Product[], windowMs: number): Promise<ReadonlySet<string>>;
}

/** The observations are too old, or cannot be had: nobody knows what is in stock. */
export class StockUnknown extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'StockUnknown';
  }
}

/** The values of the flags that one request runs with, from its beginning to its end. */
export interface RecognitionFlags {
  readonly version: string;
  readonly taggingMode: 'always' | 'on_demand' | 'off';
  /** AVAILABILITY_WINDOW in milliseconds. */
  readonly availabilityWindowMs: number;
  readonly minCandidates: number;
}
