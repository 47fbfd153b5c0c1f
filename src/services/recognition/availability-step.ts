import type { SearchRequest } from '../../contracts/gateway.ts';
import type { GarmentSearch } from './garment-search.ts';
import { LIMITS, missing, type Run } from './run.ts';
import { StockUnknown } from './ports.ts';
import { productKey } from '../../contracts/garment.ts';

/** How many times more candidates are asked for; each page is as long as the first search's. */
const MAX_PAGES = 3;

/**
 * Keeps what was seen in stock within the window. Where fewer than MIN_CANDIDATES are left, the next candidates are
 * asked for: pgvector's first, then Ximilar's. Where nobody knows what is in stock, everything stays, and the answer says so.
 */
export async function checkAvailability(run: Run, searches: readonly GarmentSearch[]): Promise<void> {
  const { report, metrics } = run;
  await report.step('availability', async () => {
    const before = searches.reduce((sum, { garment }) => sum + garment.candidates.length, 0);
    try {
      for (const search of searches) await filter(run, search);
    } catch (error) {
      if (!(error instanceof StockUnknown)) throw error;
      report.degrade('availability');
      return { value: undefined, note: `${before} candidates, unchecked: ${error.message}` };
    }
    const left = searches.map(({ garment }) => garment.candidates.length);
    for (const count of left) metrics.histogram('recognition_candidates_after_availability').observe(count);
    return { value: undefined, note: `${left.reduce((sum, count) => sum + count, 0)} of ${before} in stock` };
  });
}

async function filter(run: Run, search: GarmentSearch): Promise<void> {
  const { availability, flags, metrics } = run;
  let unchecked = search.garment.candidates;
  const kept: typeof unchecked = [];
  const pages = nextPages(run, search);
  for (;;) {
    const inStock =
      unchecked.length === 0
        ? new Set<string>()
        : await availability.inStock(unchecked, flags.availabilityWindowMs);
    const found = unchecked.filter((each) => inStock.has(productKey(each)));
    metrics.counter('recognition_candidates_checked').inc(unchecked.length);
    metrics.counter('recognition_candidates_in_stock').inc(found.length);
    kept.push(...found.map((each) => ({ ...each, in_stock: true })));
    if (kept.length >= flags.minCandidates) break;
    const page = await pages.next();
    if (page.done === true) break;
    unchecked = [...search.more(page.value)];
  }
  search.keep(kept);
}

/** The candidates behind those that are known, page by page, until both sources have no more. */
async function* nextPages(run: Run, search: GarmentSearch) {
  let after = search.next;
  let source: 'pgvector' | 'ximilar' = 'pgvector';
  for (let page = 0; page < MAX_PAGES; page++) {
    if (source === 'pgvector' && after === null) {
      source = 'ximilar';
    }
    const answer = await ask(run, search, source, after);
    if (answer === undefined) {
      if (source === 'ximilar') return;
      source = 'ximilar';
      after = null;
      continue;
    }
    if (source === 'ximilar') search.boosted = true;
    yield answer.candidates;
    after = answer.next;
    if (source === 'ximilar' && after === null) return;
  }
}

async function ask(run: Run, search: GarmentSearch, source: 'pgvector' | 'ximilar', after: string | null) {
  const { gateway, job, signal, remaining } = run;
  const request: SearchRequest = {
    image_url: job.imageUrl,
    box: search.garment.box,
    source,
    ...(job.brands.length === 0 ? {} : { brands: [...job.brands] }),
    ...(after === null ? {} : { after }),
  };
  return gateway
    .search(request, remaining(LIMITS.search), signal)
    .catch((error: unknown) => missing(run, error, source));
}
