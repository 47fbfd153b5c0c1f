import { beforeEach, describe, expect, it } from 'vitest';
import { inTransaction, Transaction } from '../../../../src/lib/runtime/stores/transaction.ts';

/** A pool of one connection that writes down what it is asked, and fails where it is told to. */
class FakePool {
  readonly log: string[] = [];
  fails: Record<string, Error> = {};
  /** Statements that are never answered until they are let go. */
  held: Record<string, Promise<void>> = {};

  readonly connect = () =>
    Promise.resolve({
      query: async (given: string | { text: string; query_timeout: number }) => {
        const text = typeof given === 'string' ? given : given.text;
        this.log.push(typeof given === 'string' ? text : `${text} within ${given.query_timeout}`);
        await this.held[text];
        const error = this.fails[text];
        if (error !== undefined) throw error;
        return { rows: [] };
      },
      release: (error?: Error) =>
        this.log.push(error === undefined ? 'released' : `closed: ${error.message}`),
    });
}

let pool: FakePool;
const work = async (client: { query(text: string): Promise<unknown> }) => {
  await client.query('work');
  return 7;
};
const run = (options?: Parameters<typeof inTransaction>[2]) => inTransaction(pool as never, work, options);

beforeEach(() => {
  pool = new FakePool();
});

describe('inTransaction', () => {
  it('begins, works, commits, gives the connection back, and answers what the work did', async () => {
    expect(await run()).toBe(7);
    expect(pool.log).toEqual(['BEGIN', 'work', 'COMMIT', 'released']);
  });

  it('rolls back what throws, and keeps the connection', async () => {
    pool.fails['work'] = new Error('no');
    await expect(run({ begin: 'BEGIN READ ONLY' })).rejects.toThrow('no');
    expect(pool.log).toEqual(['BEGIN READ ONLY', 'work', 'ROLLBACK within 1000', 'released']);
  });

  it('closes a connection that cannot roll back, and throws why the work failed', async () => {
    pool.fails = { work: new Error('no'), ROLLBACK: new Error('gone') };
    await expect(run()).rejects.toThrow('no');
    expect(pool.log.slice(-2)).toEqual(['ROLLBACK within 1000', 'closed: gone']);
  });

  it.each([
    ['BEGIN', ['BEGIN', 'closed: gone']],
    ['COMMIT', ['BEGIN', 'work', 'COMMIT', 'closed: gone']],
  ])('closes a connection whose %s fails, and says so', async (statement, log) => {
    pool.fails[statement] = new Error('gone');
    await expect(run()).rejects.toThrow('gone');
    expect(pool.log).toEqual(log);
  });

  it.each(['COMMIT', 'ROLLBACK'])('does not keep a reader waiting for its %s', async (statement) => {
    let go: () => void = () => undefined;
    pool.held[statement] = new Promise((resolve) => (go = resolve));
    if (statement === 'ROLLBACK') pool.fails['work'] = new Error('no');
    await run({ endLater: true }).catch((error: unknown) => expect(error).toBe(pool.fails['work']));
    expect(pool.log.at(-1)).toContain(statement);
    go();
    await expect.poll(() => pool.log.at(-1)).toBe('released');
  });

  it('closes a reader’s connection whose COMMIT fails, and nobody hears of it', async () => {
    pool.fails['COMMIT'] = new Error('gone');
    expect(await run({ endLater: true })).toBe(7);
    await expect.poll(() => pool.log.at(-1)).toBe('closed: gone');
  });
});

describe('a transaction that is walked through', () => {
  it('is rolled back also where nobody wants the rest', async () => {
    async function* keys(): AsyncGenerator<number> {
      const transaction = await Transaction.begin(pool as never, 'BEGIN READ ONLY');
      try {
        for (let key = 0; ; key++) yield key;
      } finally {
        await transaction.rollBack();
      }
    }
    for await (const key of keys()) if (key === 2) break;
    expect(pool.log).toEqual(['BEGIN READ ONLY', 'ROLLBACK within 1000', 'released']);
  });
});
