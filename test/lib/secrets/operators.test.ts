import { describe, expect, it } from 'vitest';
import { addOperator, removeOperator } from '../../../src/lib/secrets/operators.ts';
import { readFileSync } from 'node:fs';
import { testOperator, testStore } from './folder-store.ts';

describe('addOperator', () => {
  it('lets somebody in once', async () => {
    const { store, folder } = await testStore();
    const lee = await testOperator(folder, 'lee');
    await addOperator(store, 'lee', lee.recipient, 'kim');
    expect(store.operators().map(({ name }) => name)).toEqual(['kim', 'lee']);
    await expect(addOperator(store, 'lee', lee.recipient, 'kim')).rejects.toMatchObject({
      code: 'OPERATOR_EXISTS',
    });
    await expect(addOperator(store, 'other', lee.recipient, 'kim')).rejects.toMatchObject({
      message: 'this key can read the secrets already, as lee',
    });
    const max = await testOperator(folder, 'max');
    await expect(addOperator(store, 'lee', max.recipient, 'kim')).rejects.toMatchObject({
      code: 'OPERATOR_EXISTS',
    });
  });

  it('refuses what is no recipient, above all a secret identity, which it does not repeat', async () => {
    const { store, kim } = await testStore();
    await expect(addOperator(store, 'lee', 'age1nonsense', 'kim')).rejects.toMatchObject({
      code: 'BAD_RECIPIENT',
    });
    const identity = /AGE-SECRET-KEY-\S+/.exec(readFileSync(kim.identity, 'utf8'))?.[0] ?? '';
    const adding = addOperator(store, 'lee', identity, 'kim');
    await expect(adding).rejects.toMatchObject({ code: 'BAD_RECIPIENT' });
    await expect(adding).rejects.not.toThrow(identity);
  });
});

describe('removeOperator', () => {
  it('says what they knew, and cannot be undone by them', async () => {
    const { store, folder, kim } = await testStore();
    const lee = await testOperator(folder, 'lee');
    await addOperator(store, 'lee', lee.recipient, 'kim');
    await store.change('kim', async (draft) => {
      await draft.put('made', 'x', { kind: 'password' });
      await draft.put('token', 'y', { kind: 'brought' });
    });
    expect(await removeOperator(store, 'lee', 'kim', [kim.recipient], false)).toEqual({
      known: ['made', 'token'],
      brought: ['token'],
    });
    expect(store.operators().map(({ name }) => name)).toEqual(['kim']);
  });

  it('never takes out the last one, nor oneself by mistake', async () => {
    const { store, folder, kim } = await testStore();
    const remove = (name: string, sure = false) => removeOperator(store, name, 'kim', [kim.recipient], sure);
    await expect(remove('kim', true)).rejects.toMatchObject({ code: 'LAST_OPERATOR' });
    await expect(remove('kin')).rejects.toMatchObject({
      code: 'UNKNOWN_OPERATOR',
      hint: 'did you mean kim?',
    });
    const lee = await testOperator(folder, 'lee');
    await addOperator(store, 'lee', lee.recipient, 'kim');
    await expect(remove('kim')).rejects.toMatchObject({ code: 'REMOVES_YOURSELF' });
    await remove('kim', true);
    expect(store.operators().map(({ name }) => name)).toEqual(['lee']);
  });
});
