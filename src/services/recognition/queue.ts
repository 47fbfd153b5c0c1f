import { Queue, UnrecoverableError, Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { RecognitionJob } from './run.ts';

/** The queue's name; its keys are `bull:recognition:*`. */
export const QUEUE = 'recognition';

/**
 * How long a worker may be silent before its job is another's, and how often that is looked for, in milliseconds.
 * BullMQ's own 30 s would leave the user of a killed worker waiting three times longer than a recognition takes.
 */
const LOCK_MS = 10_000;
const STALLED_CHECK_MS = 5000;
/** A job whose worker died so often kills workers, and is given up. */
const MAX_STALLED = 3;

/** What a worker does with jobs. */
export interface JobHandler {
  /** Runs one attempt; throws where another one is worth it, {@link NoUse} where none is. */
  readonly run: (job: RecognitionJob, attempt: number, signal: AbortSignal) => Promise<void>;
  /** Called once for a job that no attempt will end any more. */
  readonly giveUp: (job: RecognitionJob, attempts: number, reason: string) => Promise<void>;
}

/** Another attempt would end as this one did. */
export class NoUse extends UnrecoverableError {}

/** The requests that wait. An id is taken on once: the same again changes nothing. */
export class RequestQueue {
  readonly #queue: Queue<RecognitionJob>;
  readonly #attempts: number;

  constructor(connection: Redis, attempts: number) {
    this.#queue = new Queue<RecognitionJob>(QUEUE, { connection });
    this.#attempts = attempts;
  }

  /** Takes a request on; it is durable as far as the broker is. */
  async add(job: RecognitionJob): Promise<void> {
    await this.#queue.add('recognise', job, {
      jobId: job.id,
      attempts: this.#attempts,
      backoff: { type: 'exponential', delay: 1000 },
      // Kept for a while, so that the same id asked again soon is known.
      removeOnComplete: { age: 3600, count: 5000 },
      removeOnFail: { age: 86_400, count: 5000 },
    });
  }

  /** How many requests wait or run. */
  async size(): Promise<number> {
    const counts = await this.#queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized');
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  }

  /** Requests that were given up lately: whoever gave them up may have died before it said so. */
  async givenUp(): Promise<{ job: RecognitionJob; attempts: number; reason: string }[]> {
    const failed = await this.#queue.getFailed(0, 199);
    return failed.map(({ data, attemptsMade, failedReason }) => ({
      job: data,
      attempts: attemptsMade,
      reason: failedReason,
    }));
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}

/** Starts taking jobs from the queue. */
export function startWorker(
  connection: Redis,
  concurrency: number,
  handler: JobHandler,
  log: Logger,
): Worker<RecognitionJob> {
  const worker = new Worker<RecognitionJob>(
    QUEUE,
    async (job: Job<RecognitionJob>, _token?: string, signal?: AbortSignal) => {
      await handler.run(job.data, job.attemptsMade + 1, signal ?? new AbortController().signal);
    },
    {
      connection,
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: MAX_STALLED,
    },
  );
  worker.on('failed', (job, error) => {
    if (job === undefined) return;
    const left = (job.opts.attempts ?? 1) - job.attemptsMade;
    const over =
      left <= 0 ||
      error instanceof UnrecoverableError ||
      error.name === 'UnrecoverableError' ||
      job.finishedOn;
    log.warn({ request: job.id, reason: error.message, attempt: job.attemptsMade }, 'attempt failed');
    if (!over) return;
    handler.giveUp(job.data, job.attemptsMade, error.message).catch((cause: unknown) => {
      log.error({ err: cause, request: job.id }, 'a dead request could not be written down');
    });
  });
  // Without a listener an error of the connection would end the process; BullMQ reconnects by itself.
  worker.on('error', (error) => log.warn({ reason: error.message }, 'the queue is not to be had'));
  return worker;
}
