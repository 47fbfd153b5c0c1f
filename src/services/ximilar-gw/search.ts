import type { Candidate } from '../../contracts/garment.ts';
import type { SearchBackend, SearchResponse } from '../../contracts/gateway.ts';
import type { FlagSnapshot } from '../../lib/runtime/flags/snapshot.ts';
import { HttpError } from '../../lib/runtime/process/http-error.ts';
import type { Deadline } from '../../lib/runtime/call/deadline.ts';
import { confidenceOf, UNASKED } from './confidence.ts';
import type { flags } from './flags.ts';
import { fuse } from './fusion.ts';
import { attempt, Missing } from './missing.ts';
import type { CroppedGarment } from './pictures.ts';
import { candidateOf, type FoundProduct } from './product.ts';
import type { Question, Source } from './source.ts';

/** The sources, and who hears of one that is missing. */
export interface Sources {
  readonly pgvector: Source;
  readonly ximilar: Source;
}

/** How a search is done. */
export interface SearchPlan {
  readonly flags: FlagSnapshot<typeof flags>;
  /** Asks only this one, whatever the flag says. */
  readonly source?: keyof Sources | undefined;
}

/** What a search found: what the contract says, but for what the route adds. */
export interface SearchOutcome extends Omit<SearchResponse, 'next' | 'degraded' | 'ms'> {
  /** Whether there may be more behind them. */
  readonly more: boolean;
  readonly missing: readonly Missing[];
}

type Answer = FoundProduct | Missing | undefined;

/** What of the time pgvector may take where Ximilar may have to be asked after it. */
const FIRST_SHARE = 0.6;
/** When it may be worth asking again, in seconds: a breaker that is open tries again after five. */
const RETRY_SECONDS = 5;

/**
 * Looks for products by one of the four modes: `pgvector` or `ximilar` alone; `dual` both at once; `conditional` pgvector,
 * and Ximilar as a booster where pgvector is not sure, or does not answer.
 *
 * @throws HttpError TEMPORARILY_UNAVAILABLE where no source answered that was asked
 */
export async function search(
  sources: Sources,
  garment: CroppedGarment,
  question: Question,
  { flags, source }: SearchPlan,
  deadline: Deadline,
): Promise<SearchOutcome> {
  const { SEARCH_BACKEND: backend, CONFIDENCE_THRESHOLD: threshold, MARGIN: margin } = flags.values;
  const ask = (name: keyof Sources, within: Deadline) =>
    attempt(name, within, () => sources[name].search(garment, question, within));
  const judge = (answer: Answer) =>
    isFound(answer) ? confidenceOf(answer.products, { threshold, margin }) : UNASKED;

  const mode: SearchBackend = source ?? backend;
  let pgvector: Answer;
  let ximilar: Answer;
  let boosted = false;
  if (mode === 'dual') {
    [pgvector, ximilar] = await Promise.all([ask('pgvector', deadline), ask('ximilar', deadline)]);
  } else if (mode === 'ximilar') {
    ximilar = await ask('ximilar', deadline);
  } else {
    const first = mode === 'conditional' ? deadline.within(deadline.remaining * FIRST_SHARE) : deadline;
    pgvector = await ask('pgvector', first);
    boosted = mode === 'conditional' && !judge(pgvector).confident;
    if (boosted) ximilar = await ask('ximilar', deadline);
  }

  const missing = [pgvector, ximilar].filter((answer) => answer instanceof Missing);
  const { candidates, more } = merge(pgvector, ximilar, question.limit, missing);
  return { candidates, more, backend, boosted, ...judge(pgvector), missing, flags: flags.version };
}

/** One list of what was found; with both sources by their ranks, with one as it is. */
function merge(
  pgvector: Answer,
  ximilar: Answer,
  limit: number,
  missing: readonly Missing[],
): { candidates: Candidate[]; more: boolean } {
  if (isFound(pgvector) && isFound(ximilar)) {
    const all = fuse(pgvector.products, ximilar.products);
    return { candidates: all.slice(0, limit), more: all.length > limit || pgvector.more || ximilar.more };
  }
  if (isFound(pgvector)) return { candidates: only(pgvector, 'pgvector'), more: pgvector.more };
  if (isFound(ximilar)) return { candidates: only(ximilar, 'ximilar'), more: ximilar.more };
  throw new HttpError(
    503,
    'TEMPORARILY_UNAVAILABLE',
    `search is temporarily unavailable: ${missing.map(({ source }) => source).join(' and ')} did not answer`,
    { retryAfterSeconds: RETRY_SECONDS, cause: missing[0]?.error },
  );
}

function only({ products }: FoundProduct, source: keyof Sources): Candidate[] {
  return products.map((product) => candidateOf(product, source));
}

function isFound(answer: Answer): answer is FoundProduct {
  return answer !== undefined && !(answer instanceof Missing);
}
