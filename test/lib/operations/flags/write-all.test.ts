import { describe, expect, it } from 'vitest';
import type { FlagPlan } from '../../../../src/lib/operations/flags/change-plan.ts';
import type {
  FlagSession,
  HostWrite,
  WriteResult,
} from '../../../../src/lib/operations/flags/host-session.ts';
import { writeAll, type WriteOptions } from '../../../../src/lib/operations/flags/write-all.ts';
import { noAnswer } from '../status/fixture.ts';
import { change, copyOf, fileOf, stateOf, v } from './fixture.ts';

const one = fileOf([1, { GLOW: 'dim' }]);
const theirs = fileOf([1, { GLOW: 'dim' }], [4, { GLOW: 'bright' }]);

interface FakeHost {
  readonly session: FlagSession;
  /** All that was asked of it. */
  readonly calls: string[];
}

/** A host that answers as it is told; `results` are its answers to writes, one after the other. */
function host(name: string, results: (WriteResult | Error)[], locked = [one], held = true): FakeHost {
  const calls: string[] = [];
  const files = [...locked];
  const session = {
    host: name,
    state: { ...stateOf(name, [copyOf(name, 'lantern', one)]), held },
    unlock: () => void calls.push('unlock'),
    lock: () => {
      calls.push('lock');
      const file = files.length > 1 ? files.shift() : files[0];
      session.state = { ...stateOf(name, [copyOf(name, 'lantern', file)]), held: true };
      return Promise.resolve();
    },
    write: (write: HostWrite, _by: string, _seconds: number, _event: unknown, force: boolean) => {
      calls.push(
        `write${force ? '!' : ''} ${write.files.map(({ version }) => version).join()}${write.notes.length > 0 ? ' notes' : ''}${write.forget.length > 0 ? ' forget' : ''}`,
      );
      session.state = { ...session.state, held: false };
      const result = results.shift() ?? 'written';
      return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
    },
  };
  return { session: session as unknown as FlagSession, calls };
}

const options: WriteOptions = {
  by: 'lee@ops',
  emergency: false,
  confirmSeconds: 1,
  onEvent: () => undefined,
};

function planFor(
  n: number,
  hosts: readonly string[],
  forget: readonly string[] = [],
  notes = false,
): FlagPlan {
  const file = { service: 'lantern', version: v(n), text: '', reason: '' };
  const note = { ...change(n), host: 'b', service: 'lantern', values: {} };
  return {
    version: v(n),
    deltas: [],
    mendings: [],
    writes: new Map(hosts.map((name) => [name, { files: [file], notes: notes ? [note] : [], forget: [] }])),
    forget: new Map(forget.map((name) => [name, ['note']])),
  };
}

describe('writeAll', () => {
  it('takes one step where all locks are held', async () => {
    const [a, b] = [host('a', []), host('b', [])];
    const done = await writeAll(
      [a.session, b.session],
      planFor(5, ['a', 'b']),
      () => planFor(6, []),
      options,
    );
    expect(done).toMatchObject({ written: ['a', 'b'], failed: [] });
    expect([a.calls, b.calls]).toEqual([[`write ${v(5)}`], [`write ${v(5)}`]]);
  });

  it('gives all locks back and takes them in order where one is not held', async () => {
    const order: string[] = [];
    const hosts = [host('a', []), host('b', [], [one], false), host('c', [])];
    for (const { session } of hosts) {
      const lock = session.lock.bind(session);
      session.lock = () => {
        order.push(session.host);
        return lock();
      };
    }
    await writeAll(
      hosts.map(({ session }) => session),
      planFor(5, ['a', 'b', 'c']),
      () => planFor(6, []),
      options,
    );
    expect(order).toEqual(['a', 'b', 'c']);
    expect(hosts[2]?.calls).toEqual(['unlock', 'lock', `write ${v(5)}`]);
  });

  it('tells the loser what changed under them, and writes nothing', async () => {
    const [a, b] = [host('a', [], [theirs], false), host('b', [], [one], false)];
    const lost = writeAll([a.session, b.session], planFor(5, ['a', 'b']), () => planFor(6, []), options);
    await expect(lost).rejects.toMatchObject({
      code: 'FLAGS_CHANGED',
      exit: 'refused',
      message: 'kim@ops changed the flags of lantern on a while you did; yours were not changed',
      details: ['GLOW dim → bright', 'because: reason 4'],
    });
    expect([...a.calls, ...b.calls].filter((call) => call.startsWith('write'))).toEqual([]);
  });

  it('takes a lock anew that was lost while somebody thought', async () => {
    const a = host('a', ['lapsed', 'written']);
    expect(await writeAll([a.session], planFor(5, ['a']), () => planFor(6, []), options)).toMatchObject({
      written: ['a'],
    });
    expect(a.calls).toEqual([`write ${v(5)}`, 'unlock', 'lock', `write ${v(5)}`]);
    const changed = host('a', ['lapsed'], [theirs]);
    await expect(
      writeAll([changed.session], planFor(5, ['a']), () => planFor(6, []), options),
    ).rejects.toMatchObject({ code: 'FLAGS_CHANGED' });
  });

  it('makes whole what it has begun, from what is there by then', async () => {
    const [a, b] = [host('a', []), host('b', ['lapsed'], [theirs])];
    const done = await writeAll(
      [a.session, b.session],
      planFor(5, ['a', 'b']),
      () => planFor(6, ['a', 'b']),
      options,
    );
    expect(done).toMatchObject({ written: ['a', 'b'], plan: { version: v(6) } });
    expect(a.calls).toEqual([`write ${v(5)}`, 'unlock', 'lock', `write ${v(6)}`]);
    expect(b.calls).toEqual([`write ${v(5)}`, 'unlock', 'lock', `write ${v(6)}`]);
  });

  it('gives up in the end where the lock is lost again and again', async () => {
    const lapsing = () => Array.from({ length: 9 }, (): WriteResult => 'lapsed');
    const alone = host('a', lapsing());
    await expect(
      writeAll([alone.session], planFor(5, ['a']), () => planFor(6, ['a']), options),
    ).rejects.toMatchObject({ code: 'LOCKED', exit: 'locked' });
    const [a, b] = [host('a', []), host('b', lapsing())];
    const done = await writeAll(
      [a.session, b.session],
      planFor(5, ['a', 'b']),
      () => planFor(6, ['b']),
      options,
    );
    expect(done).toMatchObject({ written: ['a'], failed: [{ host: 'b', error: { code: 'LOCKED' } }] });
  });

  it('overrules everybody in an emergency', async () => {
    const a = host('a', [], [theirs], false);
    const done = await writeAll([a.session], planFor(5, ['a']), () => planFor(6, ['a']), {
      ...options,
      emergency: true,
    });
    expect(done).toMatchObject({ written: ['a'], plan: { version: v(6) } });
    expect(a.calls).toEqual(['unlock', 'lock', `write! ${v(6)}`]);
  });

  it('remembers on the others what a host has missed that fails, and forgets nothing then', async () => {
    const [a, b] = [host('a', []), host('b', [noAnswer('b')])];
    const without: (readonly string[] | undefined)[] = [];
    const again = (hosts?: readonly string[]) => {
      without.push(hosts);
      return planFor(5, ['a'], [], true);
    };
    const done = await writeAll([a.session, b.session], planFor(5, ['a', 'b'], ['a']), again, options);
    expect(done).toMatchObject({ written: ['a'], failed: [{ host: 'b', error: { code: 'NO_ANSWER' } }] });
    expect(without).toEqual([['b']]);
    expect(a.calls).toEqual([`write ${v(5)}`, 'write!  notes']);
  });

  it('forgets what was owed once everything is written', async () => {
    const [a, b] = [host('a', []), host('b', [])];
    await writeAll([a.session, b.session], planFor(5, ['b'], ['a']), () => planFor(6, []), options);
    expect([a.calls, b.calls]).toEqual([['write!  forget'], [`write ${v(5)}`]]);
  });
});
