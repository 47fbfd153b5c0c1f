import { RemoteError } from '../../lib/runtime/call/remote-error.ts';
import type { Metrics } from '../../lib/runtime/metrics/metrics.ts';
import type { RecentValues } from '../../lib/runtime/metrics/recent-values.ts';
import type { Availability, Gateway, RecognitionFlags, Reranker } from './ports.ts';
import type { Report } from './report.ts';
import type { RecognitionSettings } from './settings.ts';

/** What one request asks for. */
export interface RecognitionJob {
  readonly id: string;
  readonly imageUrl: string;
  readonly brands: readonly string[];
  /** When it was taken on, in milliseconds since the epoch. */
  readonly accepted: number;
}

/** What the pipeline works with. */
export interface PipelineParts {
  readonly gateway: Gateway;
  readonly reranker: Reranker;
  readonly availability: Availability;
  readonly settings: Pick<RecognitionSettings, 'garments' | 'reranked' | 'deadlineMs'>;
  readonly metrics: Metrics;
  /** From the request to its result, in milliseconds. */
  readonly durations: RecentValues;
}

/** One run of the pipeline: what it works with, and until when. */
export interface Run extends PipelineParts {
  readonly job: RecognitionJob;
  readonly flags: RecognitionFlags;
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Milliseconds that a step may still take: its own limit, or what is left of the whole. */
  readonly remaining: (limitMs: number) => number;
}

/** The steps' own limits in milliseconds; the operators' targets are p95, these are for the worst. */
export const LIMITS = { detect: 5000, tag: 4000, search: 5000, rerank: 8000 } as const;

/** The photo itself is at fault: no attempt will end otherwise. */
export class BadPhoto extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadPhoto';
  }
}

/** Writes down that a source did not answer; an abort of the whole run stays one. */
export function missing(run: Pick<Run, 'report' | 'signal'>, error: unknown, source: string): undefined {
  run.signal.throwIfAborted();
  if (!(error instanceof RemoteError)) throw error;
  run.report.degrade(source);
  return undefined;
}
