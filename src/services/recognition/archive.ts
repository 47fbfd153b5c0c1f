import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { recognition, type Recognition } from '../../contracts/recognize.ts';
import type { RecognitionFlags } from './ports.ts';
import type { RecognitionJob } from './run.ts';

/** A final result with what it was asked, as it is kept for good. */
export interface ArchivedRequest {
  readonly job: RecognitionJob;
  readonly result: Recognition;
  readonly flags: RecognitionFlags;
  readonly attempts: number;
}

/**
 * Written once: a second attempt that ends the same request, or the same write tried again, changes nothing. Times are
 * the service's, since a write may come hours after its request.
 */
const WRITE = `
INSERT INTO recognition_requests
  (id, request_hash, status, photo, flags, steps, result, degraded, error, cost_usd, attempts, created_at, started_at, finished_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13)
ON CONFLICT (id) DO UPDATE SET
  status = excluded.status, flags = excluded.flags, steps = excluded.steps, result = excluded.result,
  degraded = excluded.degraded, error = excluded.error, cost_usd = excluded.cost_usd, attempts = excluded.attempts,
  started_at = excluded.started_at, finished_at = excluded.finished_at
WHERE recognition_requests.status NOT IN ('done', 'failed')`;

/** What Production DB keeps of each request, in the table recognition_requests. */
export class Archive {
  readonly #pool: Pick<Pool, 'query'>;

  constructor(pool: Pick<Pool, 'query'>) {
    this.#pool = pool;
  }

  /** Keeps a final result; once is enough, and twice does no harm. */
  async write({ job, result, flags, attempts }: ArchivedRequest): Promise<void> {
    const steps = Object.fromEntries(
      result.steps.map(({ step, state, ms, note }) => [step, { status: state, ms, result: note }]),
    );
    await this.#pool.query(WRITE, [
      result.id,
      requestHash(job),
      result.state === 'done' ? 'done' : 'failed',
      { url: job.imageUrl, brands: job.brands },
      flags,
      steps,
      result,
      [...result.degraded],
      result.error,
      result.cost_usd,
      attempts,
      new Date(job.accepted),
      new Date(job.accepted + result.ms),
    ]);
  }

  /** A result that was kept. */
  async find(id: string): Promise<Recognition | undefined> {
    const { rows } = await this.#pool.query<{ result: unknown }>(
      'SELECT result FROM recognition_requests WHERE id = $1 AND result IS NOT NULL',
      [id],
    );
    return rows[0] === undefined ? undefined : recognition.parse(rows[0].result);
  }
}

/** Names what was asked, so that one id cannot stand for two questions. */
export function requestHash({ imageUrl, brands }: Pick<RecognitionJob, 'imageUrl' | 'brands'>): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([imageUrl, [...brands].sort()]))
    .digest();
}
