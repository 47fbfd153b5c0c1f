import { z } from 'zod';

/** What the model says of one candidate. */
export interface Verdict {
  /** Number of the candidate, from 1. */
  readonly candidate: number;
  readonly score: number;
  readonly reason: string;
}

/** The model's answer, as far as it can be used. */
export interface Ranking {
  readonly verdicts: readonly Verdict[];
  /** Whether it says something of every candidate. */
  readonly complete: boolean;
}

/** An answer that cannot be used; the message tells the model what is wrong with it. */
export class BadAnswer extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BadAnswer';
  }
}

const LONGEST_REASON = 200;

const answer = z.strictObject({
  ranking: z
    .array(
      z.strictObject({
        candidate: z.int(),
        score: z.number().min(0).max(1),
        reason: z.string().transform((text) => text.slice(0, LONGEST_REASON)),
      }),
    )
    .min(1),
});

/**
 * Reads the model's answer.
 *
 * @param count How many candidates it was shown.
 * @throws BadAnswer
 */
export function readRanking(text: string, count: number): Ranking {
  const parsed = answer.safeParse(jsonOf(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new BadAnswer(`${issue?.path.join('.') || 'the answer'}: ${issue?.message ?? 'not understood'}`);
  }
  const { ranking } = parsed.data;
  const numbers = ranking.map(({ candidate }) => candidate);
  const unknown = numbers.find((number) => number < 1 || number > count);
  if (unknown !== undefined) throw new BadAnswer(`there is no candidate ${unknown}; they are 1 to ${count}`);
  const twice = numbers.find((number, index) => numbers.indexOf(number) !== index);
  if (twice !== undefined) throw new BadAnswer(`candidate ${twice} stands in it twice`);
  // The scores are what counts; an order that contradicts them is the model's slip.
  const verdicts = ranking.toSorted((a, b) => b.score - a.score);
  return { verdicts, complete: numbers.length === count };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadAnswer('it is not JSON');
  }
}
