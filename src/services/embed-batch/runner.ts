import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { BatchRun, BatchScope, BatchStatus } from '../../contracts/embed-batch.ts';
import { UndeError, messageOf } from '../../lib/common/error/unde-error.ts';
import type { Metrics } from '../../lib/runtime/metrics/metrics.ts';
import type { Catalogue, Embedding, PendingPhoto, Unreadable } from './catalogue.ts';
import { embedPhotos, type StreamParts } from './embedding-stream.ts';
import { Rate } from './rate.ts';
import type { BatchRunRow, Runs } from './runs.ts';

/** What a runner works with. */
export interface RunnerParts {
  readonly catalogue: Catalogue;
  readonly runs: Runs;
  readonly stream: StreamParts;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** From how many photos on an empty table is loaded without its index. */
  readonly load: number;
}

/** Photos of the catalogue that are asked for at a time. */
const PAGE = 1000;
/** How long a run waits after a database or a storage failed, in milliseconds: then it goes on where it was. */
const RETRY_MS = [2000, 5000, 15_000, 60_000];
/** After so long without a failure the next one counts as the first again, in milliseconds. */
const WELL_MS = 60_000;

/**
 * Carries runs out, one at a time. All that matters is in the database: what is embedded, and which run is open. So a
 * process that dies is followed by one that goes on.
 */
export class Runner {
  readonly #parts: RunnerParts;
  readonly #rate = new Rate(60_000);
  #stop = new AbortController();
  #working: Promise<void> | undefined;
  #building: Promise<void> | undefined;
  /** Whether the index was there since a run last left it out: an operator who drops it later has a reason. */
  #indexSeen = false;
  #closing = false;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    const { metrics } = parts;
    metrics.sample('embed_batch_throughput_imgs_sec', () => this.#rate.perSecond());
    metrics.sample('embed_batch_running', () => (this.#working === undefined ? 0 : 1));
  }

  /** Goes on with the run that an earlier process left open; where there is none, none may have left the index out. */
  async resume(): Promise<void> {
    const open = await this.#parts.runs.open();
    if (open?.status === 'running') this.#work(open);
    else if (open === undefined && !this.#indexSeen) await this.#completeIndex();
  }

  /**
   * Begins a run.
   *
   * @throws UndeError RUN_OPEN
   */
  async start(scope: BatchScope, batchSize: number): Promise<BatchRun> {
    const { catalogue, runs } = this.#parts;
    const run = await runs.begin(scope, batchSize, await catalogue.countPending(scope));
    if (run === undefined) throw runOpen(await runs.open());
    this.#work(run);
    return this.#told(run);
  }

  /**
   * Stops the open run for a while, or for good, or goes on with it.
   *
   * @throws UndeError NO_RUN
   */
  async change(to: 'paused' | 'running' | 'cancelled'): Promise<BatchRun> {
    const { runs, log } = this.#parts;
    const open = await runs.open();
    const changed = open === undefined ? undefined : await runs.set(open.id, to);
    if (changed === undefined) {
      throw new UndeError({
        code: 'NO_RUN',
        message: 'no run is open',
        exit: 'refused',
        hint: 'unde embed-batch start',
      });
    }
    if (to === 'running') this.#work(changed);
    else await this.#halt();
    if (to === 'cancelled') {
      this.#indexSeen = false;
      void this.#completeIndex().catch((error: unknown) => {
        log.warn({ reason: messageOf(error) }, 'the index could not be built; it is tried again');
      });
    }
    return this.#told(changed);
  }

  /** What runs, and what ran last. */
  async status(): Promise<BatchStatus> {
    const [current, last] = await Promise.all([this.current(), this.#parts.runs.last()]);
    return { current, last: last === undefined ? null : await this.#told(last) };
  }

  /** The run that is open, if any. */
  async current(): Promise<BatchRun | null> {
    const open = await this.#parts.runs.open();
    return open === undefined ? null : this.#told(open);
  }

  /** Begins a run over new SKUs where there are any and nothing else runs; answers whether it did. */
  async startIfNew(batchSize: number): Promise<boolean> {
    const { catalogue, runs } = this.#parts;
    if ((await runs.open()) !== undefined || !(await catalogue.hasPending('new'))) return false;
    await this.start('new', batchSize);
    return true;
  }

  /** Stops working; the run stays open, for the next process. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#halt();
  }

  #work(run: BatchRunRow): void {
    if (this.#working !== undefined || this.#closing) return;
    this.#stop = new AbortController();
    this.#working = this.#carryOut(run, this.#stop.signal).finally(() => {
      this.#working = undefined;
    });
  }

  async #halt(): Promise<void> {
    this.#stop.abort(new Error('stopped'));
    await this.#working;
  }

  /** Works until the run is over, or is stopped; a database or a storage that fails is waited for. */
  async #carryOut(run: BatchRunRow, signal: AbortSignal): Promise<void> {
    const { log, metrics } = this.#parts;
    log.info({ run: run.id, scope: run.scope, total: run.total }, 'run goes on');
    for (let attempt = 0; !signal.aborted; attempt++) {
      const began = performance.now();
      try {
        await this.#embedAll(run, signal);
        metrics.gauge('embed_batch_job_duration_sec').set((Date.now() - run.started.getTime()) / 1000);
        return;
      } catch (error) {
        if (signal.aborted) return;
        metrics.counter('embed_batch_errors').inc({ kind: 'internal' });
        // What went well for a while is no longer the same trouble.
        if (performance.now() - began > WELL_MS) attempt = 0;
        const wait = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0;
        log.error(
          { run: run.id, reason: messageOf(error) },
          `the run is held up; it goes on in ${wait / 1000} s`,
        );
        // A stop ends the wait; the loop sees it.
        await sleep(wait, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #embedAll(run: BatchRunRow, signal: AbortSignal): Promise<void> {
    const { catalogue, runs, stream, load, log } = this.#parts;
    await this.#building?.catch(() => undefined);
    if (run.total >= load && (await catalogue.isEmpty())) {
      log.info({ run: run.id }, 'the index is dropped, to be built when everything is loaded');
      await catalogue.dropIndex();
    }
    const sizes = batchSizes(run.batchSize, stream.inFlight);
    const writer = new BatchWriter(catalogue, run, sizes.write);
    const parts = { ...stream, inFlight: sizes.inFlight };
    for await (const embedded of embedPhotos(parts, this.#photos(run.scope), signal)) {
      this.#observe(run, embedded);
      await writer.add(embedded);
    }
    await writer.end();
    signal.throwIfAborted();
    await this.#completeIndex();
    await runs.set(run.id, 'done');
    log.info({ run: run.id }, 'run is done');
  }

  /** Builds the index where a load left it out. */
  async #completeIndex(): Promise<void> {
    this.#building ??= this.#buildIndex().finally(() => {
      this.#building = undefined;
    });
    await this.#building;
  }

  async #buildIndex(): Promise<void> {
    const { catalogue, log } = this.#parts;
    if (!(await catalogue.hasIndex())) {
      log.info('the index is built');
      await catalogue.buildIndex();
    }
    this.#indexSeen = true;
  }

  async *#photos(scope: BatchScope): AsyncGenerator<PendingPhoto> {
    let after = '0';
    for (;;) {
      const page = await this.#parts.catalogue.pending(scope, after, PAGE);
      yield* page;
      if (page.length < PAGE) return;
      after = page.at(-1)?.id ?? after;
    }
  }

  #observe(run: BatchRunRow, embedded: Embedding | Unreadable): void {
    const { metrics, log } = this.#parts;
    // What was unreadable and still is was told when it was found.
    const known = 'reason' in embedded && embedded.photo.failedBefore;
    if (!known) metrics.counter('embed_batch_photos').inc();
    metrics.gauge('embed_batch_job_duration_sec').set((Date.now() - run.started.getTime()) / 1000);
    if ('vector' in embedded) return this.#rate.count();
    if (!known) metrics.counter('embed_batch_errors').inc({ kind: 'photo' });
    log.warn({ run: run.id, photo: embedded.photo.key, reason: embedded.reason }, 'photo cannot be embedded');
  }

  async #told(run: BatchRunRow): Promise<BatchRun> {
    const rate = run.status === 'running' ? this.#rate.perSecond() : 0;
    const left = Math.max(0, run.total - run.done - run.failed);
    return {
      id: run.id,
      scope: run.scope,
      state: run.status,
      total: run.total,
      done: run.done,
      failed: run.failed,
      rate: Math.round(rate * 10) / 10,
      eta_seconds: rate > 0 ? Math.round(left / rate) : null,
      started: run.started.toISOString(),
      ended: run.finished?.toISOString() ?? null,
      unreadable: await this.#parts.catalogue.unreadable(100),
    };
  }
}

/**
 * How many photos are on their way, and how many are written together, so that a killed process loses no more than a
 * batch: what is being written, what is being gathered, and what is on its way.
 *
 * @param inFlight How many may be on their way at most.
 */
export function batchSizes(batch: number, inFlight: number): { inFlight: number; write: number } {
  const onTheWay = Math.max(1, Math.min(inFlight, Math.floor(batch / 3)));
  // The last one gathered is no longer on its way.
  return { inFlight: onTheWay, write: Math.max(1, Math.floor((batch - onTheWay + 1) / 2)) };
}

/** Gathers what was embedded, and writes it while more is computed. */
class BatchWriter {
  readonly #catalogue: Catalogue;
  readonly #run: BatchRunRow;
  readonly #size: number;
  #embeddings: Embedding[] = [];
  #unreadable: Unreadable[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(catalogue: Catalogue, run: BatchRunRow, size: number) {
    this.#catalogue = catalogue;
    this.#run = run;
    this.#size = size;
  }

  async add(embedded: Embedding | Unreadable): Promise<void> {
    if ('vector' in embedded) this.#embeddings.push(embedded);
    else this.#unreadable.push(embedded);
    if (this.#embeddings.length + this.#unreadable.length >= this.#size) await this.#write();
  }

  async end(): Promise<void> {
    await this.#write();
    await this.#writing;
  }

  async #write(): Promise<void> {
    // One write at a time: where the database is the slowest, the model waits for it.
    await this.#writing;
    const embeddings = this.#embeddings;
    const unreadable = this.#unreadable;
    this.#embeddings = [];
    this.#unreadable = [];
    if (embeddings.length + unreadable.length === 0) return;
    this.#writing = this.#catalogue.write(this.#run.id, embeddings, unreadable);
    // It is awaited by the next write; until then a failure must not count as unhandled.
    this.#writing.catch(() => undefined);
    // A batch of one leaves nothing to be computed beside it.
    if (this.#run.batchSize === 1) await this.#writing;
  }
}

function runOpen(run: BatchRunRow | undefined): UndeError {
  return new UndeError({
    code: 'RUN_OPEN',
    message: `a run is open already: ${run === undefined ? 'it just began' : JSON.stringify(run.scope)}`,
    exit: 'locked',
    hint: 'unde embed-batch status; pause or cancel it, or wait',
  });
}
