import { UndeError, messageOf } from '../../common/error/unde-error.ts';
import type { TurnOutcome, TurnPlan } from './turn.ts';

/**
 * Takes one host after the other; the first that does not end well ends it, and those behind it are left as they are.
 *
 * @param work One host's turn; what it throws was thrown before anything was done.
 * @param signal Ends before the next host.
 */
export async function oneByOne(
  plans: readonly TurnPlan[],
  work: (plan: TurnPlan) => Promise<TurnOutcome>,
  signal: AbortSignal,
): Promise<TurnOutcome[]> {
  const outcomes: TurnOutcome[] = [];
  for (const plan of plans) {
    const { name } = plan.assignment.host;
    const last = outcomes.at(-1);
    if (signal.aborted || (last !== undefined && last.result !== 'ok')) {
      outcomes.push({ ...UNTOUCHED, host: name, exit: signal.aborted ? 'interrupted' : 'ok' });
      continue;
    }
    outcomes.push(await work(plan).catch((error: unknown) => refusal(name, error)));
  }
  return outcomes;
}

const UNTOUCHED = {
  result: 'untouched',
  seconds: 0,
  text: 'was not touched',
  details: [],
  hint: null,
} as const;

function refusal(host: string, error: unknown): TurnOutcome {
  const known = error instanceof UndeError ? error : undefined;
  return {
    host,
    result: 'refused',
    seconds: 0,
    text: messageOf(error),
    details: known?.details ?? [],
    hint: known?.hint ?? null,
    exit: known?.exit ?? 'internal',
  };
}
