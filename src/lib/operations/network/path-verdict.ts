import type { Attempt } from './attempt.ts';
import type { AttemptResult } from './attempt-script.ts';

/** What a try means. */
export interface PathVerdict {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly service: string;
  readonly expected: 'open' | 'closed';
  /** `not tried`: the host that should try could not be asked. */
  readonly found: AttemptResult | 'not tried';
  readonly verdict: 'right' | 'wrong' | 'unknown';
  /** Who declares the path; where it is wrong, what that means. */
  readonly note: string;
}

const MEANING: Readonly<Record<Attempt['expected'], Partial<Record<AttemptResult, string>>>> = {
  open: {
    refused: 'nothing listens there: is the service deployed, and on the right address?',
    'no answer': 'dropped on the way: a firewall that is not deployed anew, a tunnel or a host that is down',
    'no way': 'no route: the tunnel is down, or its routes are not deployed',
  },
  closed: {
    open: 'nobody declares it, and it is open: is the firewall deployed there?',
    refused: 'nobody declares it, and the host answers: its firewall let the packet through',
  },
};

/** What a try means; a pure function. What is closed is silent: a refusal is an answer too. */
export function verdictOf(attempt: Attempt, found: AttemptResult | undefined): PathVerdict {
  const { from, to, port, service, expected, why } = attempt;
  const wrong = found === undefined ? undefined : MEANING[expected][found];
  return {
    from: from.name,
    to: to.name,
    port,
    service,
    expected,
    found: found ?? 'not tried',
    verdict: found === undefined ? 'unknown' : wrong === undefined ? 'right' : 'wrong',
    note: wrong ?? why,
  };
}

/** What is wrong stands first, then what nobody knows. */
export function worstPathFirst(verdicts: readonly PathVerdict[]): PathVerdict[] {
  const rank = { wrong: 0, unknown: 1, right: 2 } as const;
  return verdicts.toSorted((a, b) => rank[a.verdict] - rank[b.verdict]);
}
