import { describe, expect, it } from 'vitest';
import { UndeError } from '../../../../src/lib/common/error/unde-error.ts';
import { maintenanceExit, renderOutcomes } from '../../../../src/lib/operations/host/report.ts';
import { oneByOne } from '../../../../src/lib/operations/host/one-by-one.ts';
import type { TurnOutcome, TurnPlan } from '../../../../src/lib/operations/host/turn.ts';

const plans = ['a', 'b', 'c'].map(
  (name) => ({ assignment: { host: { name }, desired: [] }, peers: [] }) as unknown as TurnPlan,
);
const ended = (host: string, parts: Partial<TurnOutcome> = {}): TurnOutcome => ({
  host,
  result: 'ok',
  seconds: 3,
  text: 'restarted, 2 services well',
  details: [],
  hint: null,
  exit: 'ok',
  ...parts,
});

/** A tour on which the hosts end as told; answers who had a turn, too. */
async function toured(
  ends: Readonly<Record<string, TurnOutcome | Error>>,
  signal = new AbortController().signal,
) {
  const turns: string[] = [];
  const outcomes = await oneByOne(
    plans,
    (plan) => {
      const { name } = plan.assignment.host;
      turns.push(name);
      const end = ends[name] ?? ended(name);
      return end instanceof Error ? Promise.reject(end) : Promise.resolve(end);
    },
    signal,
  );
  return { turns, outcomes, results: outcomes.map(({ result }) => result).join(' ') };
}

describe('a tour over hosts', () => {
  it('goes on as long as each ends well', async () => {
    const { turns, outcomes, results } = await toured({});
    expect([turns.join(''), results, maintenanceExit(outcomes)]).toEqual(['abc', 'ok ok ok', 'ok']);
    expect(renderOutcomes(outcomes).split('\n')).toHaveLength(3);
  });

  it('ends with the first that does not come back, and says what is left', async () => {
    const lost = ended('b', {
      result: 'lost',
      text: 'did not come back within 10 s',
      exit: 'unreachable',
      hint: 'look',
    });
    const { turns, outcomes, results } = await toured({ b: lost });
    expect([turns.join(''), results, maintenanceExit(outcomes)]).toEqual([
      'ab',
      'ok lost untouched',
      'unreachable',
    ]);
    expect(renderOutcomes(outcomes)).toContain('b: did not come back within 10 s');
    expect(renderOutcomes(outcomes)).toContain('left as they were: c');
  });

  it('ends with the first that is refused, with its own exit class and hint', async () => {
    const error = new UndeError({
      code: 'PEER_NOT_WELL',
      message: 'a stays up',
      exit: 'refused',
      hint: 'unde status',
    });
    const { turns, outcomes, results } = await toured({ a: error });
    expect([turns.join(''), results, maintenanceExit(outcomes)]).toEqual([
      'a',
      'refused untouched untouched',
      'refused',
    ]);
    expect(outcomes[0]).toMatchObject({ text: 'a stays up', hint: 'unde status' });
  });

  it('takes an unknown fault for one of the tool, not of the host', async () => {
    const { outcomes } = await toured({ a: new TypeError('x is undefined') });
    expect(maintenanceExit(outcomes)).toBe('internal');
  });

  it('begins no further host once the operator interrupts', async () => {
    const abort = new AbortController();
    const interrupting = {
      get a() {
        abort.abort();
        return ended('a');
      },
    };
    const { turns, outcomes, results } = await toured(interrupting, abort.signal);
    expect([turns.join(''), results, maintenanceExit(outcomes)]).toEqual([
      'a',
      'ok untouched untouched',
      'interrupted',
    ]);
  });
});
