import { RemoteError } from '../../lib/runtime/call/remote-error.ts';
import type { Deadline } from '../../lib/runtime/call/deadline.ts';
import type { Gemini, GeminiAnswer } from '../../lib/runtime/vendors/gemini/client.ts';
import { costOf, PRICE_TABLE, type Tokens } from '../../lib/runtime/vendors/gemini/prices.ts';
import type { GenerateRequest } from '../../lib/runtime/vendors/gemini/wire.ts';
import { estimateTokens, repairRequest } from './prompt.ts';
import { BadAnswer, readRanking, type Ranking } from './ranking.ts';

/** The bill of one attempt. */
export interface CostRow {
  readonly attempt: number;
  readonly model: string;
  /** The version of the price table. */
  readonly prices: string;
  /**
   * `ok`, `incomplete` (some candidates are missing), `bad-answer`, `cut-off` (too long), `blocked` (the safety filter),
   * `abandoned` (the client went away), or why Gemini did not answer: a fault of {@link RemoteError}.
   */
  readonly outcome: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_usd: number;
  /** Whether the tokens are guessed, since Gemini did not say them. */
  readonly estimated: boolean;
  readonly ms: number;
}

/** What came of asking. */
export interface Asked {
  /** Undefined where no attempt brought anything that can be used. */
  readonly ranking: Ranking | undefined;
  /** Every attempt, the failed ones too. */
  readonly rows: readonly CostRow[];
  /** Why the last attempt failed, where it did. */
  readonly error: Error | undefined;
}

/** One to answer and one to repair: a third would come too late. */
const MOST = 2;
/** A second attempt that would have less time than this is not begun, in milliseconds. */
const LEAST_MS = 400;

/** Whom to ask, and how. */
export interface Asking {
  readonly gemini: Pick<Gemini, 'generate'>;
  readonly model: string;
  readonly request: GenerateRequest;
  /** How many candidates the request shows. */
  readonly count: number;
  readonly deadline: Deadline;
  /** Told of every attempt as soon as it has ended. */
  readonly onRow: (row: CostRow) => void;
}

/** What one attempt brought. */
interface Attempt {
  readonly row: CostRow;
  readonly ranking?: Ranking;
  readonly error?: Error;
  /** How to ask once more; undefined where that is of no use. */
  readonly again?: GenerateRequest;
}

/**
 * Asks the model to compare. An answer that cannot be used is repaired once, and an attempt that failed at once is made
 * once more, while there is time; every attempt has its row in the bill.
 */
export async function askForRanking(asking: Asking): Promise<Asked> {
  const rows: CostRow[] = [];
  let ranking: Ranking | undefined;
  let error: Error | undefined;
  let next: GenerateRequest | undefined = asking.request;
  for (let number = 1; number <= MOST && next !== undefined; number++) {
    if (number > 1 && asking.deadline.remaining < LEAST_MS) break;
    const made: Attempt = await attempt({ ...asking, request: next }, number);
    asking.onRow(made.row);
    rows.push(made.row);
    ranking = better(ranking, made.ranking);
    error = made.error;
    next = made.again;
  }
  return { ranking, rows, error };
}

async function attempt(asking: Asking, number: number): Promise<Attempt> {
  const { gemini, model, request, count, deadline, onRow } = asking;
  const began = performance.now();
  const row = (outcome: string, tokens: Tokens, estimated: boolean): CostRow => ({
    attempt: number,
    model,
    prices: PRICE_TABLE,
    outcome,
    input_tokens: tokens.input,
    output_tokens: tokens.output,
    cost_usd: costOf(model, tokens),
    estimated,
    ms: Math.round(performance.now() - began),
  });
  let answer: GeminiAnswer;
  try {
    answer = await gemini.generate(request, deadline);
  } catch (error) {
    const guess = { input: estimateTokens(request), output: 0 };
    if (!(error instanceof RemoteError)) {
      onRow(row('abandoned', guess, true));
      throw error;
    }
    const tokens = isBilled(error) ? guess : { input: 0, output: 0 };
    const again = error.fault === 'unavailable' || error.fault === 'garbage' ? { again: request } : {};
    return { row: row(error.fault, tokens, true), error, ...again };
  }
  const { text, finish, tokens } = answer;
  if (finish !== 'STOP' && finish !== 'MAX_TOKENS') {
    return { row: row('blocked', tokens, false), error: new BadAnswer(`Gemini stopped at ${finish}`) };
  }
  try {
    const ranking = readRanking(text, count);
    if (ranking.complete) return { row: row('ok', tokens, false), ranking };
    const error = new BadAnswer('some candidates are missing');
    return {
      row: row('incomplete', tokens, false),
      ranking,
      error,
      again: repairRequest(request, text, error.message),
    };
  } catch (error) {
    if (!(error instanceof BadAnswer)) throw error;
    const outcome = finish === 'MAX_TOKENS' ? 'cut-off' : 'bad-answer';
    return { row: row(outcome, tokens, false), error, again: repairRequest(request, text, error.message) };
  }
}

/** Google bills what it has computed, whether or not anybody waited for it. */
function isBilled({ fault }: RemoteError): boolean {
  return fault === 'timeout' || fault === 'garbage';
}

function better(a: Ranking | undefined, b: Ranking | undefined): Ranking | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.verdicts.length >= a.verdicts.length ? b : a;
}
