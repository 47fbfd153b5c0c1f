import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startService } from '../../../src/lib/runtime/process/start.ts';
import { openPool } from '../../../src/lib/runtime/stores/postgres.ts';
import { redisConnector } from '../../../src/lib/runtime/stores/redis.ts';
import { manifest } from './manifest.ts';

/** Between two requests of one loop, in milliseconds. */
const PAUSE_MS = 10;

await startService(manifest, ({ env }) => {
  const open = () =>
    openPool(
      { database: 'production', service: 'borrower', max: 2, statementMs: 10_000, onError: () => {} },
      env,
    );
  const connect = redisConnector(
    { instance: 'broker', service: 'borrower', user: 'borrower' },
    () => {},
    env,
  );
  // What is written here outlives the process, as failures of a restart must.
  const file = (name: string) => path.join(env['STATE_DIRECTORY'] ?? '.', name);
  const text = (name: string) => {
    try {
      return readFileSync(file(name), 'utf8');
    } catch {
      return '';
    }
  };
  const stop = new AbortController();
  const pool = open();
  const redis = connect({ maxRetriesPerRequest: 0 });

  const write = async (through: typeof pool) => {
    const sql = "INSERT INTO tombstone_registry (operation_id, user_id, kind) VALUES ($1, $1, 'user')";
    await through.query(sql, [randomUUID()]);
  };
  const writeAnew = async () => {
    const own = open();
    try {
      await write(own);
    } finally {
      await own.end();
    }
  };
  const count = () => redis.incr('borrower:requests');
  const countAnew = async () => {
    const own = connect({ retryStrategy: () => null, maxRetriesPerRequest: 0, lazyConnect: true });
    try {
      await own.connect();
      await own.incr('borrower:requests');
    } finally {
      own.disconnect();
    }
  };
  const loop = async (kind: string, request: () => Promise<unknown>) => {
    while (!stop.signal.aborted) {
      await request().then(
        () => appendFileSync(file('done'), '.'),
        (error: unknown) => appendFileSync(file('failed'), `${kind}: ${String(error)}\n`),
      );
      await delay(PAUSE_MS);
    }
  };
  /** Over connections that stay, and over new ones, which sign in each time. */
  const running = Promise.all([
    loop('database', () => write(pool)),
    loop('database, signing in', writeAnew),
    loop('redis', count),
    loop('redis, signing in', countAnew),
  ]);
  return {
    routes: (app) =>
      void app.get('/tally', () => ({
        done: text('done').length,
        failed: text('failed').split('\n').filter(Boolean),
      })),
    awaited: () => [],
    close: async () => {
      stop.abort();
      await running;
      await pool.end();
      redis.disconnect();
    },
  };
});
