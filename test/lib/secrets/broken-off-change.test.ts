import type * as Files from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FileStore } from '../../../src/lib/secrets/file-store.ts';
import type { StoreDraft } from '../../../src/lib/secrets/store.ts';
import { listed, testOperator, testStore } from './folder-store.ts';

/** How many of the steps that change a folder still happen; the process is as good as dead after them. */
const fate = vi.hoisted(() => ({ stepsLeft: Number.POSITIVE_INFINITY }));

vi.mock('node:fs/promises', async (importActual) => {
  const actual = await importActual<typeof Files>();
  const mortal =
    <Args extends unknown[], Result>(step: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      if (fate.stepsLeft <= 0) throw new Error('killed');
      fate.stepsLeft--;
      return step(...args);
    };
  return {
    ...actual,
    open: mortal(actual.open),
    rename: mortal(actual.rename),
    unlink: mortal(actual.unlink),
  };
});

const NAMES = ['a', 'b', 'c'];

/** Everything that a reader sees of a store. */
async function seen(directory: string, identity: string): Promise<string> {
  const store = await FileStore.open(directory, 'production', identity);
  const values = store.names().map(async (name) => {
    const { rotation, next, version } = store.entry(name) ?? {};
    const other = next === undefined ? '' : await store.reveal(name, 'next');
    return [name, version, await store.reveal(name), rotation ?? '', other].join(' ');
  });
  return (await Promise.all(values)).join('\n');
}

const changes: [string, (draft: StoreDraft, lee: Parameters<typeof listed>[0]) => Promise<void>][] = [
  ['sets values', (draft) => each((name) => draft.put(name, 'another', { kind: 'password' }))],
  ['begins a rotation', (draft) => each((name) => draft.prepare(name, 'coming'))],
  [
    'ends rotations, and begins another',
    async (draft) => {
      await draft.prepare('a', 'coming');
      await draft.promote('b');
      draft.retire('c');
    },
  ],
  ['forgets a secret', async (draft) => draft.remove('c')],
  ['lets an operator in', (draft, lee) => draft.setOperators([...draft.operators(), listed(lee)])],
];
async function each(work: (name: string) => Promise<void>): Promise<void> {
  for (const name of NAMES) await work(name);
}

describe('a change that is broken off', () => {
  beforeEach(() => {
    fate.stepsLeft = Number.POSITIVE_INFINITY;
  });

  it.each(changes)(
    'at any step, and that %s, has happened wholly or not at all',
    { timeout: 120_000 },
    async (_, work) => {
      let steps = 0;
      for (let ended = false; !ended; steps++) {
        fate.stepsLeft = Number.POSITIVE_INFINITY;
        const { store, folder, kim } = await testStore();
        const lee = await testOperator(folder, 'lee');
        await store.change('kim', async (draft) => {
          await each((name) => draft.put(name, `first ${name}`, { kind: 'password' }));
          await draft.prepare('b', 'second b');
          await draft.prepare('c', 'second c');
        });
        const before = await seen(store.directory, kim.identity);

        fate.stepsLeft = steps;
        let wanted = '';
        ended = await store
          .change('kim', async (draft) => {
            await work(draft, lee);
            wanted = draft
              .names()
              .map((name) => draft.entry(name)?.version)
              .join();
          })
          .then(
            () => true,
            () => false,
          );
        fate.stepsLeft = Number.POSITIVE_INFINITY;

        const after = await seen(store.directory, kim.identity);
        const reopened = await FileStore.open(store.directory, 'production', kim.identity);
        const versions = reopened.names().map((name) => reopened.entry(name)?.version);
        if (after !== before) expect(versions.join()).toBe(wanted);
        if (ended) expect(versions.join()).toBe(wanted);

        // The next change tidies up, and changes nothing else.
        await reopened.change('kim', async () => undefined);
        expect(await seen(store.directory, kim.identity)).toBe(after);
        const files = readdirSync(store.directory).sort();
        const rotating = reopened.names().filter((name) => reopened.entry(name)?.next !== undefined);
        expect(files).toEqual(
          [
            '.gitignore',
            'index.yaml',
            ...reopened.names().map((name) => `${name}.age`),
            ...rotating.map((name) => `${name}.next.age`),
          ].sort(),
        );
      }
      // Every step was tried: writing, naming, and forgetting.
      expect(steps).toBeGreaterThan(5);
    },
  );
});
