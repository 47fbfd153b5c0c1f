import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { countRecipients } from '../../../src/lib/secrets/age.ts';
import { FileStore } from '../../../src/lib/secrets/file-store.ts';
import { listed, testOperator, testStore } from './folder-store.ts';

const reopen = (store: FileStore, identity: string) =>
  FileStore.open(store.directory, 'production', identity);

describe('FileStore', () => {
  it('keeps a value, encrypted, and tells of it in the index', async () => {
    const { store, kim } = await testStore();
    await store.change('kim@ops', (draft) =>
      draft.put('token', 'planted-value', { kind: 'brought', public: 'shown' }),
    );
    const again = await reopen(store, kim.identity);
    expect(await again.reveal('token')).toBe('planted-value');
    expect(again.entry('token')).toMatchObject({ kind: 'brought', by: 'kim@ops', public: 'shown' });
    expect(again.entry('token')?.version).toMatch(/^[0-9a-f]{12}$/);
    for (const file of readdirSync(store.directory)) {
      expect(readFileSync(path.join(store.directory, file), 'latin1')).not.toContain('planted-value');
    }
    expect(readdirSync(store.directory).sort()).toEqual(['.gitignore', 'index.yaml', 'token.age']);
  });

  it('says which secret is missing', async () => {
    const { store } = await testStore();
    await expect(store.reveal('token')).rejects.toMatchObject({ code: 'SECRET_MISSING' });
    await store.change('kim', (draft) => draft.put('token', 'x', { kind: 'password' }));
    await expect(store.reveal('token', 'next')).rejects.toMatchObject({ code: 'SECRET_MISSING' });
  });

  it('exchanges the two values of a rotation, and forgets the old one', async () => {
    const { store } = await testStore();
    await store.change('kim', (draft) => draft.put('token', 'old', { kind: 'password' }));
    const old = store.entry('token')?.version;
    await store.change('kim', (draft) => draft.prepare('token', 'new'));
    const coming = store.entry('token')?.next;
    expect(store.entry('token')).toMatchObject({ version: old, rotation: 'prepared' });
    expect([await store.reveal('token'), await store.reveal('token', 'next')]).toEqual(['old', 'new']);
    await store.change('kim', (draft) => draft.promote('token'));
    expect(store.entry('token')).toMatchObject({ version: coming, next: old, rotation: 'promoted' });
    expect([await store.reveal('token'), await store.reveal('token', 'next')]).toEqual(['new', 'old']);
    await store.change('kim', (draft) => draft.promote('token'));
    expect(store.entry('token')).toMatchObject({ version: old, next: coming, rotation: 'prepared' });
    await store.change('kim', (draft) => draft.promote('token'));
    await store.change('kim', async (draft) => draft.retire('token'));
    expect(store.entry('token')).toMatchObject({ version: coming });
    expect(store.entry('token')?.next).toBeUndefined();
    expect(readdirSync(store.directory)).not.toContain('token.next.age');
  });

  it('does nothing of a change that fails', async () => {
    const { store } = await testStore();
    await store.change('kim', (draft) => draft.put('token', 'old', { kind: 'password' }));
    const failing = store.change('kim', async (draft) => {
      await draft.put('token', 'new', { kind: 'password' });
      throw new Error('in the middle');
    });
    await expect(failing).rejects.toThrow('in the middle');
    expect(await store.reveal('token')).toBe('old');
    expect(readdirSync(store.directory).filter((name) => name.startsWith('.token'))).toEqual([]);
  });

  it('refuses names that are no file names', async () => {
    const { store } = await testStore();
    for (const name of ['../x', 'A', 'a.next', 'a--b', '']) {
      const put = store.change('kim', (draft) => draft.put(name, 'x', { kind: 'password' }));
      await expect(put).rejects.toMatchObject({ code: 'BAD_SECRET_NAME' });
    }
  });

  it('reads what a commit that was broken off has left, and ends it with the next change', async () => {
    const { store, kim } = await testStore();
    await store.change('kim', (draft) => draft.put('token', 'value', { kind: 'password' }));
    // As if the process had died between the index and the renames.
    const { file } = store.index.secrets['token'] ?? { file: '' };
    const final = path.join(store.directory, 'token.age');
    const staged = path.join(store.directory, `.token.age.${file}`);
    writeFileSync(staged, readFileSync(final));
    writeFileSync(final, 'what was there before');
    writeFileSync(path.join(store.directory, '.gone.age.0123456789abcdef'), 'never named by an index');
    const again = await reopen(store, kim.identity);
    expect(await again.reveal('token')).toBe('value');
    await again.change('kim', (draft) => draft.put('other', 'x', { kind: 'password' }));
    expect(readdirSync(store.directory).sort()).toEqual([
      '.gitignore',
      'index.yaml',
      'other.age',
      'token.age',
    ]);
    expect(await again.reveal('token')).toBe('value');
  });

  it('refuses a file that the index does not name', async () => {
    const { store } = await testStore();
    await store.change('kim', (draft) => draft.put('token', 'value', { kind: 'password' }));
    writeFileSync(path.join(store.directory, 'token.age'), 'merged by somebody');
    await expect(store.reveal('token')).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  });

  it('never mixes the values of two moments', async () => {
    const { store, kim } = await testStore();
    await store.change('kim', (draft) => draft.put('token', 'one', { kind: 'password' }));
    const other = await reopen(store, kim.identity);
    await store.change('kim', (draft) => draft.put('token', 'two', { kind: 'password' }));
    await expect(other.reveal('token')).rejects.toMatchObject({ code: 'STORE_CHANGED' });
    // Encrypting anew keeps the value, and its version: nobody is disturbed.
    const third = await reopen(store, kim.identity);
    await store.change('kim', (draft) => draft.setOperators([listed(kim)]));
    expect(await third.reveal('token')).toBe('two');
  });

  it('lets changes at once take turns', async () => {
    const { store, kim } = await testStore();
    const stores = await Promise.all(Array.from({ length: 6 }, () => reopen(store, kim.identity)));
    await Promise.all(
      stores.map((each, at) =>
        each.change('kim', (draft) => draft.put(`s${at}`, `v${at}`, { kind: 'password' })),
      ),
    );
    const again = await reopen(store, kim.identity);
    expect(again.names()).toEqual(['s0', 's1', 's2', 's3', 's4', 's5']);
    expect(await again.reveal('s3')).toBe('v3');
  });
});

describe('operators', () => {
  it('are let in by encrypting anew, and out again', async () => {
    const { store, folder, kim } = await testStore();
    const lee = await testOperator(folder, 'lee');
    await store.change('kim', (draft) => draft.put('token', 'value', { kind: 'password' }));
    await store.change('kim', (draft) => draft.prepare('token', 'coming'));
    const asLee = () => reopen(store, lee.identity);
    await expect((await asLee()).reveal('token')).rejects.toMatchObject({ code: 'NOT_A_RECIPIENT' });
    const version = store.entry('token')?.version;
    await store.change('kim', (draft) => draft.setOperators([listed(kim), listed(lee)]));
    expect(await (await asLee()).reveal('token')).toBe('value');
    expect(await (await asLee()).reveal('token', 'next')).toBe('coming');
    expect((await asLee()).entry('token')?.version).toBe(version);
    const count = () => countRecipients(readFileSync(path.join(store.directory, 'token.age')));
    expect(count()).toBe(2);
    // Kim's key is lost: lee goes on alone.
    const lees = await asLee();
    await lees.change('lee', (draft) => draft.setOperators([listed(lee)]));
    expect(count()).toBe(1);
    expect(await lees.reveal('token')).toBe('value');
    await expect((await reopen(store, kim.identity)).reveal('token')).rejects.toMatchObject({
      code: 'NOT_A_RECIPIENT',
    });
  });

  it('are needed before anything can be kept', async () => {
    const { store } = await testStore();
    await store.change('kim', (draft) => draft.setOperators([]));
    const put = store.change('kim', (draft) => draft.put('token', 'x', { kind: 'password' }));
    await expect(put).rejects.toMatchObject({ code: 'NO_OPERATORS' });
  });
});
