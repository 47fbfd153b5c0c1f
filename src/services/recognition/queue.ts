import { DelayedError, Queue, UnrecoverableError, Worker, type Job } from 'bullmq';
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

/**
 * How long a request waits for its second and its further attempts, in milliseconds: all in all longer than a breaker
 * stays open.
 */
const BACKOFF_MS = [2000, 8000] as const;
/**
 * How long a request that met nobody waits, in milliseconds, and how often before that counts as an attempt. Counted at
 * once, a gateway that restarts for some seconds would use up every attempt of every request that waits.
 */
const PUT_BACK_MS = 2000;
const MOST_PUT_BACK = 15;

/** What a worker does with jobs. */
export interface JobHandler {
  /** Runs one attempt; throws where another one is worth it, {@link NoUse} where none is, {@link NotNow}. */
  readonly run: (job: RecognitionJob, attempt: number, signal: AbortSignal) => Promise<void>;
  /** Called for a job that no attempt will end any more, until it has returned once. */
  readonly giveUp: (job: RecognitionJob, attempts: number, reason: string) => Promise<void>;
}

/** Another attempt would end as this one did. */
export class NoUse extends UnrecoverableError {}

/** Nobody was there: that says nothing of the request, and is no attempt at it. */
export class NotNow extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = 'NotNow';
  }
}

/** A job as it is kept: one that was given up says whether that was written down. */
type Kept = RecognitionJob & { readonly writtenDown?: boolean };

/** A request that was given up. */
export interface GivenUp {
  readonly job: RecognitionJob;
  readonly attempts: number;
  readonly reason: string;
  /** Remembers that it was written down. */
  readonly writtenDown: () => Promise<void>;
}

/** The requests that wait. An id is taken on once: the same again changes nothing. */
export class RequestQueue {
  readonly #queue: Queue<Kept>;
  readonly #attempts: number;
  /** Of the requests that were given up, those that are known to be written down. */
  #writtenDown = new Set<string>();

  constructor(connection: Redis, attempts: number) {
    this.#queue = new Queue<Kept>(QUEUE, { connection });
    this.#attempts = attempts;
  }

  /** Takes a request on; it is durable as far as the broker is. */
  async add(job: RecognitionJob): Promise<void> {
    await this.#queue.add('recognise', job, {
      jobId: job.id,
      attempts: this.#attempts,
      backoff: { type: 'custom' },
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

  /** Requests that were given up and not written down: whoever gave them up may have died before it did. */
  async givenUp(): Promise<GivenUp[]> {
    // Thousands may be kept after a bad hour; each is looked at once.
    const failed = await this.#queue.getRanges(['failed'], 0, -1);
    const settled = failed.filter((id) => this.#writtenDown.has(id));
    this.#writtenDown = new Set(settled);
    const open: GivenUp[] = [];
    for (const id of failed) {
      const job = this.#writtenDown.has(id) ? undefined : await this.#queue.getJob(id);
      if (job?.data.writtenDown === true) this.#writtenDown.add(id);
      else if (job !== undefined) open.push(givenUp(job));
    }
    return open;
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
): Worker<Kept> {
  const worker = new Worker<Kept>(
    QUEUE,
    async (job: Job<Kept>, token?: string, signal?: AbortSignal) => {
      try {
        await handler.run(job.data, job.attemptsMade + 1, signal ?? new AbortController().signal);
      } catch (error) {
        if (!(error instanceof NotNow) || job.attemptsStarted - job.attemptsMade > MOST_PUT_BACK) throw error;
        log.warn({ request: job.id, reason: error.message }, 'put back');
        await job.moveToDelayed(Date.now() + PUT_BACK_MS, token);
        throw new DelayedError();
      }
    },
    {
      connection,
      concurrency,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: MAX_STALLED,
      settings: { backoffStrategy: (attempt) => BACKOFF_MS[attempt - 1] ?? BACKOFF_MS[1] },
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
    writeDown(handler, givenUp(job)).catch((cause: unknown) => {
      log.error({ err: cause, request: job.id }, 'a dead request is not written down yet');
    });
  });
  // Without a listener an error of the connection would end the process; BullMQ reconnects by itself.
  worker.on('error', (error) => log.warn({ reason: error.message }, 'the queue is not to be had'));
  return worker;
}

/** Gives a request up, and remembers that it did: until then it is given up again. */
export async function writeDown(handler: JobHandler, dead: GivenUp): Promise<void> {
  await handler.giveUp(dead.job, dead.attempts, dead.reason);
  await dead.writtenDown();
}

function givenUp(job: Job<Kept>): GivenUp {
  const { data, attemptsMade, failedReason } = job;
  return {
    job: data,
    attempts: attemptsMade,
    reason: failedReason,
    writtenDown: () => job.updateData({ ...data, writtenDown: true }),
  };
}
