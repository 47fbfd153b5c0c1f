import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Recognition } from '../../../src/contracts/recognize.ts';
import { RemoteError } from '../../../src/lib/runtime/call/remote-error.ts';
import { NotNow, NoUse } from '../../../src/services/recognition/queue.ts';
import type { PipelineParts } from '../../../src/services/recognition/run.ts';
import { isFinal, recognitionHandler } from '../../../src/services/recognition/worker.ts';
import { FLAGS, ID, parts } from './fixture.ts';

const JOB = { id: ID, imageUrl: 'http://images/photo.jpg', brands: [], accepted: Date.now() };

/** A place for results as Redis keeps them: a final one stays; `broken` loses what comes. */
function results() {
  const written: Recognition[] = [];
  let now: Recognition | undefined;
  return {
    written,
    broken: false,
    async get() {
      return now;
    },
    async put(next: Recognition) {
      if (this.broken) throw new Error('the broker is away');
      if (now !== undefined && isFinal(now)) return false;
      now = next;
      written.push(next);
      return true;
    },
  };
}

function handler(other: Partial<PipelineParts> = {}) {
  const store = results();
  const recorded: Recognition[] = [];
  const made = recognitionHandler({
    ...parts(other),
    flags: () => FLAGS,
    results: store,
    record: async ({ result }) => void recorded.push(result),
    log: pino({ enabled: false }),
  });
  return {
    store,
    recorded,
    run: () => made.run(JOB, 1, new AbortController().signal),
    giveUp: () => made.giveUp(JOB, 3, 'ximilar-gw: is down'),
  };
}
const down = async () => {
  throw new RemoteError('ximilar-gw', 'unavailable', 'is down', { status: 503, code: 'UNAVAILABLE' });
};
const { gateway } = parts();

describe('the worker', () => {
  it('publishes progress in its order, and records the result once', async () => {
    const { store, recorded, run } = handler();
    await run();
    expect(store.written.at(-1)).toMatchObject({ state: 'done' });
    const lengths = store.written.map(({ steps }) => steps.length);
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
    expect(recorded).toHaveLength(1);
  });

  it('does nothing twice: a request that ended is only recorded again', async () => {
    const { store, recorded, run } = handler();
    await run();
    const before = store.written.length;
    await run();
    expect(store.written).toHaveLength(before);
    expect(recorded).toHaveLength(2);
    expect(recorded[1]).toEqual(store.written.at(-1));
  });

  it('does not end while its result is not written down', async () => {
    const { store, recorded, run } = handler();
    store.broken = true;
    await expect(run()).rejects.toThrow('the broker is away');
    expect(recorded).toHaveLength(0);
  });

  it('leaves a request open where another attempt may help', async () => {
    const { store, recorded, run } = handler({ gateway: { ...gateway, search: down } });
    await expect(run()).rejects.toThrow(RemoteError);
    expect(store.written.at(-1)?.state).toBe('running');
    expect(recorded).toHaveLength(0);
  });

  it('does not count an attempt that met nobody', async () => {
    const absent = () => Promise.reject(new RemoteError('ximilar-gw', 'unavailable', 'connect ECONNREFUSED'));
    const { recorded, run } = handler({ gateway: { ...gateway, search: absent } });
    await expect(run()).rejects.toThrow(NotNow);
    expect(recorded).toHaveLength(0);
  });

  it('ends a photo that will never be read at once', async () => {
    const detect = () =>
      Promise.reject(
        new RemoteError('ximilar-gw', 'rejected', 'no image', { status: 422, code: 'BAD_IMAGE' }),
      );
    const { recorded, run } = handler({ gateway: { ...gateway, detect } });
    await expect(run()).rejects.toThrow(NoUse);
    expect(recorded[0]).toMatchObject({ state: 'dead', error: { code: 'BAD_PHOTO' } });
  });

  it('records a dead request again whose process died before it was recorded, and tells nobody again', async () => {
    const { store, recorded, giveUp } = handler();
    await giveUp();
    await giveUp();
    expect(store.written).toHaveLength(1);
    expect(recorded).toHaveLength(2);
    expect(recorded[1]).toEqual(store.written[0]);
  });

  it('tells the user of what no attempt could end, with what is known', async () => {
    const { store, recorded, run, giveUp } = handler({ gateway: { ...gateway, search: down } });
    await run().catch(() => undefined);
    await giveUp();
    expect(recorded).toHaveLength(1);
    expect(store.written.at(-1)).toMatchObject({
      state: 'dead',
      error: { code: 'TEMPORARILY_UNAVAILABLE' },
    });
  });
});
