import { describe, expect, it } from 'vitest';
import {
  Breaker,
  BreakerOpen,
  type BreakerState,
  type CallVerdict,
} from '../../../../src/lib/runtime/call/breaker.ts';

class Fault extends Error {
  readonly says: CallVerdict;

  constructor(says: CallVerdict) {
    super(says);
    this.says = says;
  }
}

const fail = (says: CallVerdict) => () => Promise.reject(new Fault(says));
const work = () => Promise.resolve('done');

function breaker(openMs = 30) {
  const changes: BreakerState[] = [];
  const made = new Breaker({
    name: 'ximilar',
    verdict: (error) => (error as Fault).says,
    openMs,
    onChange: (state) => changes.push(state),
  });
  const tries = async (call: () => Promise<unknown>, times = 1) => {
    let last: unknown;
    for (let i = 0; i < times; i++) last = await made.run(call).catch((error: unknown) => error);
    return last;
  };
  return { made, changes, tries };
}

describe('a breaker', () => {
  it('opens after failures, sends nothing while it is open, and closes once a trial succeeds', async () => {
    const { made, changes, tries } = breaker();
    await tries(fail('failed'), 5);
    expect(made.state).toBe('open');
    let sent = 0;
    const refused = await tries(() => Promise.resolve(sent++));
    expect(refused).toBeInstanceOf(BreakerOpen);
    expect(String(refused)).toContain('ximilar');
    expect(sent).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(await tries(work)).toBe('done');
    expect(made.state).toBe('closed');
    expect(changes).toEqual(['open', 'half-open', 'closed']);
  });

  it('opens again when the trial fails', async () => {
    const { made, tries } = breaker();
    await tries(fail('failed'), 5);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(await tries(fail('failed'))).toBeInstanceOf(Fault);
    expect(made.state).toBe('open');
    expect(await tries(work)).toBeInstanceOf(BreakerOpen);
  });

  it('does not count what says nothing against the other side', async () => {
    const { made, tries } = breaker();
    await tries(fail('alive'), 20);
    await tries(fail('nothing'), 20);
    expect(made.state).toBe('closed');
  });

  it('stays closed while most calls succeed', async () => {
    const { made, tries } = breaker();
    for (let round = 0; round < 10; round++) {
      await tries(work, 2);
      await tries(fail('failed'));
    }
    expect(made.state).toBe('closed');
  });

  it('takes a trial that has shown nothing for none, and one that shows life for a success', async () => {
    const { made, tries } = breaker();
    await tries(fail('failed'), 5);
    await new Promise((resolve) => setTimeout(resolve, 40));
    await tries(fail('nothing'));
    expect(made.state).toBe('open');
    await new Promise((resolve) => setTimeout(resolve, 40));
    await tries(fail('alive'));
    expect(made.state).toBe('closed');
  });

  it('lets nobody wait for a trial that is under way', async () => {
    const { made, tries } = breaker();
    await tries(fail('failed'), 5);
    await new Promise((resolve) => setTimeout(resolve, 40));
    let finish: (value: string) => void = () => undefined;
    const trial = made.run(() => new Promise<string>((resolve) => (finish = resolve)));
    expect(made.state).toBe('half-open');
    expect(await tries(work)).toBeInstanceOf(BreakerOpen);
    finish('done');
    expect(await trial).toBe('done');
    expect(await tries(work)).toBe('done');
  });
});
