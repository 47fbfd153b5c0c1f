import type { Recognition } from '../../contracts/recognize.ts';
import { RemoteError } from '../../lib/runtime/call/remote-error.ts';
import { checkAvailability } from './availability-step.ts';
import { GarmentSearch } from './garment-search.ts';
import type { RecognitionFlags } from './ports.ts';
import type { Report } from './report.ts';
import { rerankGarment } from './rerank-step.ts';
import { BadPhoto, LIMITS, missing, type PipelineParts, type RecognitionJob, type Run } from './run.ts';

/**
 * Runs the five steps over a photo. A source that does not answer is written down as missing; only where nothing
 * finds candidates at all does the run fail.
 *
 * @throws BadPhoto; RemoteError where no source of candidates answered, which is worth another attempt.
 */
export async function runPipeline(
  parts: PipelineParts,
  job: RecognitionJob,
  flags: RecognitionFlags,
  report: Report,
  signal: AbortSignal,
): Promise<Recognition> {
  const end = performance.now() + parts.settings.deadlineMs;
  const run: Run = {
    ...parts,
    job,
    flags,
    report,
    signal,
    remaining: (limitMs) => Math.max(1, Math.min(limitMs, end - performance.now())),
  };
  const searches = await detect(run);
  if (searches.length === 0) {
    for (const step of ['tag', 'search', 'availability', 'rerank'] as const)
      report.skip(step, 'no garment was found');
    return report.finish();
  }
  const show = () => report.show(searches.map((search) => search.garment));
  if (flags.taggingMode === 'always') await tag(run, searches, 'every request is tagged');
  await search(run, searches);
  show();
  const unsure = searches.filter((each) => !each.confident);
  if (flags.taggingMode === 'on_demand' && unsure.length > 0) {
    await tag(run, unsure, 'the search was unsure');
    for (const each of unsure) each.narrow(flags.minCandidates);
    show();
  }
  if (searches.every(({ tagged }) => !tagged)) {
    report.skip('tag', flags.taggingMode === 'off' ? 'TAGGING_MODE is off' : 'the search was sure');
  }
  await checkAvailability(run, searches);
  show();
  await rerank(run, searches);
  show();
  observe(run, searches);
  return report.finish();
}

async function detect(run: Run): Promise<GarmentSearch[]> {
  const { gateway, job, report, settings, signal, remaining } = run;
  return report.step('detect', async () => {
    const answer = await gateway
      .detect(job.imageUrl, remaining(LIMITS.detect), signal)
      .catch((error: unknown) => {
        if (error instanceof RemoteError && error.permanent) throw new BadPhoto(error.message);
        throw error;
      });
    report.degrade(...answer.degraded);
    const surest = answer.garments
      .toSorted((a, b) => b.confidence - a.confidence)
      .slice(0, settings.garments);
    const searches = surest.map((garment) => new GarmentSearch(garment));
    report.show(searches.map(({ garment }) => garment));
    const kinds = surest.map(({ category }) => category).join(', ');
    return { value: searches, note: kinds === '' ? 'no garment' : `${answer.garments.length}: ${kinds}` };
  });
}

async function tag(run: Run, searches: readonly GarmentSearch[], why: string): Promise<void> {
  const { gateway, job, report, signal, remaining } = run;
  await report.step('tag', async () => {
    const found = await Promise.all(
      searches.map(async (search) => {
        const answer = await gateway
          .tag(job.imageUrl, search.garment.box, remaining(LIMITS.tag), signal)
          .catch((error: unknown) => missing(run, error, 'ximilar'));
        if (answer === undefined) return false;
        report.degrade(...answer.degraded);
        search.tag(answer.tags);
        return answer.tags !== null;
      }),
    );
    return { value: undefined, note: `${found.filter(Boolean).length} of ${searches.length}; ${why}` };
  });
}

async function search(run: Run, searches: readonly GarmentSearch[]): Promise<void> {
  const { gateway, job, report, signal, remaining } = run;
  await report.step('search', async () => {
    const backends = await Promise.all(
      searches.map(async (search) => {
        const answer = await gateway.search(
          {
            image_url: job.imageUrl,
            box: search.garment.box,
            ...(job.brands.length === 0 ? {} : { brands: [...job.brands] }),
          },
          remaining(LIMITS.search),
          signal,
        );
        report.degrade(...answer.degraded);
        search.found(answer);
        return answer.backend;
      }),
    );
    const total = searches.reduce((sum, { garment }) => sum + garment.candidates.length, 0);
    return { value: undefined, note: `${total} candidates, ${[...new Set(backends)].join(', ')}` };
  });
}

async function rerank(run: Run, searches: readonly GarmentSearch[]): Promise<void> {
  const { report } = run;
  const worth = searches.filter((search) =>
    search.garment.candidates.some((each) => each.image_url !== null),
  );
  if (worth.length === 0) {
    report.skip('rerank', 'there is nothing to compare');
    return;
  }
  await report.step('rerank', async () => {
    const scored = await Promise.all(worth.map((each) => rerankGarment(run, each)));
    return { value: undefined, note: `${scored.reduce((sum, count) => sum + count, 0)} candidates scored` };
  });
}

function observe({ metrics, durations, report }: Run, searches: readonly GarmentSearch[]): void {
  metrics.histogram('recognition_pipeline_duration_ms').observe(report.ms);
  durations.add(report.ms);
  metrics.counter('recognition_completed').inc();
  if (searches.some(({ boosted }) => boosted)) metrics.counter('recognition_boosted').inc();
  if (searches.some(({ tagged }) => tagged)) metrics.counter('recognition_tagged').inc();
}
