import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { messageOf } from '../../lib/common/error/unde-error.ts';
import type { ArchivedRequest } from './archive.ts';

const QUEUE = 'recognition-archive';

/** Two seconds, four, eight … and then every ten minutes: a database that is away comes back. */
const ATTEMPTS = 200;
const FIRST_DELAY_MS = 2000;
const LONGEST_DELAY_MS = 600_000;

/** Writes final results into Production DB; those that it does not take now wait in the broker until it does. */
export class ArchiveQueue {
  readonly #queue: Queue<ArchivedRequest>;
  readonly #worker: Worker<ArchivedRequest>;
  readonly #write: (request: ArchivedRequest) => Promise<void>;
  readonly #log: Logger;

  constructor(
    connection: Redis,
    blocking: Redis,
    write: (request: ArchivedRequest) => Promise<void>,
    log: Logger,
  ) {
    this.#write = write;
    this.#log = log;
    this.#queue = new Queue<ArchivedRequest>(QUEUE, { connection });
    this.#worker = new Worker<ArchivedRequest>(QUEUE, async ({ data }) => write(data), {
      connection: blocking,
      concurrency: 2,
      settings: {
        backoffStrategy: (attempt) => Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS),
      },
    });
    this.#worker.on('error', (error) => log.warn({ reason: error.message }, 'the queue is not to be had'));
  }

  /** Keeps a result, now or later. */
  async record(request: ArchivedRequest): Promise<void> {
    try {
      await this.#write(request);
    } catch (error) {
      this.#log.warn({ request: request.result.id, reason: messageOf(error) }, 'Production DB gets it later');
      await this.#queue.add('record', request, {
        jobId: request.result.id,
        attempts: ATTEMPTS,
        backoff: { type: 'custom' },
        removeOnComplete: true,
        removeOnFail: { age: 30 * 86_400 },
      });
    }
  }

  async close(): Promise<void> {
    await this.#worker.close();
    await this.#queue.close();
  }
}
