import type { Pool } from 'pg';
import { batchScope, type BatchScope } from '../../contracts/embed-batch.ts';

/** A run as Production DB keeps it: what was asked for, and how far it has come. */
export interface BatchRunRow {
  readonly id: string;
  readonly scope: BatchScope;
  readonly batchSize: number;
  readonly status: 'running' | 'paused' | 'cancelled' | 'done' | 'failed';
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly error: string | null;
  readonly started: Date;
  readonly finished: Date | null;
}

interface Row {
  readonly id: string;
  readonly scope: unknown;
  readonly batch_size: number;
  readonly status: BatchRunRow['status'];
  readonly total: string | null;
  readonly done: string;
  readonly failed: string;
  readonly error: string | null;
  readonly started_at: Date;
  readonly finished_at: Date | null;
}

const COLUMNS = 'id, scope, batch_size, status, total, done, failed, error, started_at, finished_at';
/** PostgreSQL's code for a unique index that refuses a row. */
const UNIQUE_VIOLATION = '23505';

/** The runs in the table embedding_runs; at most one is open. */
export class Runs {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** The run that is not over; `undefined` where there is none. */
  async open(): Promise<BatchRunRow | undefined> {
    return this.#one(`SELECT ${COLUMNS} FROM embedding_runs WHERE status IN ('running', 'paused')`);
  }

  /** The run that ended last. */
  async last(): Promise<BatchRunRow | undefined> {
    return this.#one(
      `SELECT ${COLUMNS} FROM embedding_runs WHERE status NOT IN ('running', 'paused')
       ORDER BY finished_at DESC NULLS LAST LIMIT 1`,
    );
  }

  /** Begins a run; `undefined` where another one is open. */
  async begin(scope: BatchScope, batchSize: number, total: number): Promise<BatchRunRow | undefined> {
    try {
      return await this.#one(
        `INSERT INTO embedding_runs (scope, batch_size, total) VALUES ($1, $2, $3) RETURNING ${COLUMNS}`,
        [JSON.stringify(scope), batchSize, total],
      );
    } catch (error) {
      if ((error as { code?: string }).code === UNIQUE_VIOLATION) return undefined;
      throw error;
    }
  }

  /** Ends the open run, or stops it for a while; answers what it is then. */
  async set(id: string, status: BatchRunRow['status'], error?: string): Promise<BatchRunRow | undefined> {
    return this.#one(
      `UPDATE embedding_runs SET status = $2, error = $3, updated_at = now(),
         finished_at = CASE WHEN $2 IN ('running', 'paused') THEN NULL ELSE now() END
       WHERE id = $1 AND status IN ('running', 'paused') RETURNING ${COLUMNS}`,
      [id, status, error ?? null],
    );
  }

  async #one(sql: string, parameters: readonly unknown[] = []): Promise<BatchRunRow | undefined> {
    const { rows } = await this.#pool.query<Row>(sql, [...parameters]);
    const [row] = rows;
    if (row === undefined) return undefined;
    return {
      id: row.id,
      scope: batchScope.parse(row.scope),
      batchSize: row.batch_size,
      status: row.status,
      total: Number(row.total ?? 0),
      done: Number(row.done),
      failed: Number(row.failed),
      error: row.error,
      started: row.started_at,
      finished: row.finished_at,
    };
  }
}
