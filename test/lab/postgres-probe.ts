/**
 * A client of a PostgreSQL inside a lab. Standard input is one line of JSON: where, as whom, and what to do.
 *
 * With `statements` it prints what each answered as JSON: rows, or `{ "error": … }`. With `write` it inserts ids as fast
 * as they are acknowledged, so many under way at a time, and prints each that was; a request that fails prints an
 * `error` line, and it goes on until it is ended.
 */
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'pg';

/** What a test asks of the probe. */
export interface Wish {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  /** PEM of the authority that the server's certificate must be from; without it, no TLS. */
  readonly ca?: string;
  readonly statements?: readonly string[];
  readonly write?: { readonly sql: string; readonly underWay: number };
}

const { value } = await createInterface({ input: process.stdin })[Symbol.asyncIterator]().next();
const { ca, statements = [], write, ...where } = JSON.parse(value ?? '') as Wish;
const pool = new Pool({
  ...where,
  ...(ca === undefined ? {} : { ssl: { ca } }),
  max: write?.underWay ?? 1,
  connectionTimeoutMillis: 5000,
  application_name: 'probe',
});
pool.on('error', () => {});

if (write === undefined) {
  const answers: unknown[] = [];
  for (const statement of statements) {
    answers.push(
      await pool.query(statement).then(
        ({ rows }) => rows as unknown,
        (error: unknown) => ({ error: String(error) }),
      ),
    );
  }
  console.log(JSON.stringify(answers));
  process.exit(0);
}

const writeOn = async (): Promise<never> => {
  for (;;) {
    const id = randomUUID();
    await pool.query(write.sql, [id]).then(
      () => console.log(id),
      async (error: unknown) => {
        console.log(`error ${String(error)}`);
        await delay(100);
      },
    );
  }
};
await Promise.all(Array.from({ length: write.underWay }, writeOn));
