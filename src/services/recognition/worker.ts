import type { Logger } from 'pino';
import type { Recognition } from '../../contracts/recognize.ts';
import { RemoteError } from '../../lib/runtime/call/remote-error.ts';
import { runPipeline } from './pipeline.ts';
import type { ArchivedRequest } from './archive.ts';
import type { RecognitionFlags } from './ports.ts';
import { NotNow, NoUse, type JobHandler } from './queue.ts';
import { Report } from './report.ts';
import { BadPhoto, type PipelineParts } from './run.ts';

/** What the worker needs beside the pipeline's own parts. */
export interface WorkerParts extends PipelineParts {
  readonly flags: () => RecognitionFlags;
  readonly results: {
    put(recognition: Recognition): Promise<boolean>;
    get(id: string): Promise<Recognition | undefined>;
  };
  /** Writes a final result into Production DB, now or later; however often it is called, a result is kept once. */
  readonly record: (request: ArchivedRequest) => Promise<void>;
  readonly log: Logger;
}

/** What the user is told when nothing that could find candidates answered. */
const UNAVAILABLE = {
  code: 'TEMPORARILY_UNAVAILABLE',
  message: 'recognition is temporarily unavailable; please try again in a few minutes',
};
const BAD_PHOTO = { code: 'BAD_PHOTO', message: 'the photo cannot be read' };

/** Runs requests: an attempt may be the second after a crash, so everything that it leaves behind is idempotent. */
export function recognitionHandler(parts: WorkerParts): JobHandler {
  const { results, record, metrics, log } = parts;
  return {
    run: async (job, attempts, signal) => {
      const flags = parts.flags();
      const keep = (result: Recognition) => record({ job, result, flags, attempts });
      metrics.counter('recognition_attempts').inc();
      const known = await results.get(job.id);
      if (known !== undefined && isFinal(known)) return keep(known);
      const publish = publisher(results, log);
      const report = new Report(job.id, job.accepted, publish.tell);
      try {
        const outcome = await runPipeline(parts, job, flags, report, signal);
        await publish.last(outcome);
        await keep(outcome);
      } catch (error) {
        await publish.settled();
        metrics.counter('recognition_orchestrator_errors').inc();
        if (error instanceof RemoteError && error.absent) throw new NotNow(error);
        if (!(error instanceof BadPhoto)) throw error;
        const outcome = report.die({ ...BAD_PHOTO, message: `${BAD_PHOTO.message}: ${error.message}` });
        await publish.last(outcome);
        await keep(outcome);
        throw new NoUse(error.message);
      }
    },
    giveUp: async (job, attempts, reason) => {
      const keep = (result: Recognition) => record({ job, result, flags: parts.flags(), attempts });
      const known = await results.get(job.id);
      // It may have ended in another way, or its process died before it was kept.
      if (known !== undefined && isFinal(known)) return keep(known);
      log.error({ request: job.id, reason }, 'request is dead');
      metrics.counter('recognition_dead').inc();
      const report = new Report(job.id, job.accepted, () => undefined);
      for (const name of known?.degraded ?? []) report.degrade(name);
      const outcome = report.die(UNAVAILABLE);
      await results.put(outcome);
      await keep(outcome);
    },
  };
}

/** Whether a request has ended. */
export function isFinal({ state }: Recognition): boolean {
  return state === 'done' || state === 'dead';
}

/**
 * Publishes progress in its order, and never lets it fail or hold up the work: while one text is being written, only
 * the newest of those behind it waits. The last one must arrive, and is waited for.
 */
function publisher(results: WorkerParts['results'], log: Logger) {
  let writing: Promise<void> = Promise.resolve();
  let waiting: Recognition | undefined;
  const write = async () => {
    const next = waiting;
    waiting = undefined;
    if (next === undefined) return;
    await results.put(next).catch((error: unknown) => log.warn({ err: error }, 'progress was not published'));
  };
  return {
    tell: (recognition: Recognition) => {
      // The final one is written by `last`, which does not swallow errors.
      if (isFinal(recognition)) return;
      waiting = recognition;
      writing = writing.then(write);
    },
    settled: () => writing,
    last: async (recognition: Recognition) => {
      await writing;
      await results.put(recognition);
    },
  };
}
