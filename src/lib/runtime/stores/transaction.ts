import type { Pool, PoolClient, QueryConfig } from 'pg';

/** How a transaction begins and ends. */
export interface TransactionOptions {
  /** The statement that begins it, e.g. `BEGIN READ ONLY`. */
  readonly begin?: string;
  /** Ends it behind the caller's back: for one that has only read, and whose reader waits for every millisecond. */
  readonly endLater?: boolean;
}

/**
 * How long a ROLLBACK may take, in milliseconds: behind a statement that hangs it would hang, too, and closing the
 * connection ends the transaction as well.
 */
const ROLLBACK_MS = 1000;

/** A transaction with a connection of its own, for what is no single function. It must be ended, once. */
export class Transaction {
  readonly client: PoolClient;

  private constructor(client: PoolClient) {
    this.client = client;
  }

  /** Takes a connection from the pool, and begins. */
  static async begin(pool: Pick<Pool, 'connect'>, statement = 'BEGIN'): Promise<Transaction> {
    const client = await pool.connect();
    try {
      await client.query(statement);
    } catch (error) {
      client.release(error as Error);
      throw error;
    }
    return new Transaction(client);
  }

  /** Makes it last, and gives the connection back; closes it where that fails. */
  async commit(): Promise<void> {
    try {
      await this.client.query('COMMIT');
    } catch (error) {
      this.client.release(error as Error);
      throw error;
    }
    this.client.release();
  }

  /** Undoes it, and gives the connection back. Never fails: a connection that cannot roll back is closed. */
  async rollBack(): Promise<void> {
    const rollback: QueryConfig & { query_timeout: number } = {
      text: 'ROLLBACK',
      query_timeout: ROLLBACK_MS,
    };
    try {
      await this.client.query(rollback);
    } catch (error) {
      return this.client.release(error as Error);
    }
    this.client.release();
  }
}

/**
 * Does some work in a transaction: committed when it is done, rolled back when it throws. The connection is the work's
 * own until then, and is closed where it cannot even roll back.
 *
 * @throws what the work throws, or PostgreSQL on BEGIN or COMMIT
 */
export async function inTransaction<T>(
  pool: Pick<Pool, 'connect'>,
  work: (client: PoolClient) => Promise<T>,
  { begin, endLater = false }: TransactionOptions = {},
): Promise<T> {
  const transaction = await Transaction.begin(pool, begin);
  let result: T;
  try {
    result = await work(transaction.client);
  } catch (error) {
    const undone = transaction.rollBack();
    if (!endLater) await undone;
    throw error;
  }
  const done = transaction.commit();
  // Nothing is lost with the COMMIT of what has only read: the connection is closed then.
  if (endLater) done.catch(() => undefined);
  else await done;
  return result;
}
