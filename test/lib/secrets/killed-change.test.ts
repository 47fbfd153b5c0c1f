import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { FileStore } from '../../../src/lib/secrets/file-store.ts';
import { testStore } from './folder-store.ts';

const NAMES = ['a', 'b', 'c', 'd'];
/** How often the process is killed, each time at another moment of a change. */
const KILLS = 2;

it(
  'a change that is killed at any moment has happened to all secrets, or to none',
  { timeout: 120_000 },
  async () => {
    const { store, kim } = await testStore();
    await store.change('kim', async (draft) => {
      for (const name of NAMES) await draft.put(name, 'first', { kind: 'password' });
    });
    const seen = new Set<string>();
    for (let index = 0; index < KILLS; index++) {
      const script = path.join(import.meta.dirname, 'changing-process.ts');
      const child = spawn(process.execPath, [script, store.directory, kim.identity, NAMES.join(',')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const closed = once(child, 'close');
      await once(child.stdout, 'data');
      await delay(60 + Math.random() * 80);
      child.kill('SIGKILL');
      await closed;

      // As the next command finds it, before anybody has tidied up.
      const now = await FileStore.open(store.directory, 'production', kim.identity);
      const values = await Promise.all(NAMES.map((name) => now.reveal(name)));
      const stages = NAMES.map((name) => now.entry(name)?.rotation ?? 'none');
      expect(new Set(values).size).toBe(1);
      expect(new Set(stages).size).toBe(1);
      if (stages[0] !== 'none') {
        const others = await Promise.all(NAMES.map((name) => now.reveal(name, 'next')));
        expect(new Set(others).size).toBe(1);
      }
      seen.add(`${values[0]} ${stages[0]}`);

      // The lock went with its holder, and what was left half-made goes with the next change.
      await now.change('kim', async () => undefined);
      const left = readdirSync(store.directory).filter((name) => /^\.(?!gitignore)/.test(name));
      expect(left).toEqual([]);
      const files = readdirSync(store.directory).filter((name) => name.endsWith('.age'));
      expect(files).toHaveLength(stages[0] === 'none' ? NAMES.length : 2 * NAMES.length);
    }
    // Otherwise a child never came to change anything.
    expect(seen.size).toBe(KILLS);
  },
);
