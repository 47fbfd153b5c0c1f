import { chmodSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSecrets } from '../../../../src/lib/operations/doctor/secrets.ts';
import { FileStore } from '../../../../src/lib/secrets/file-store.ts';
import { listed, testOperator, testStore } from '../../secrets/folder-store.ts';

describe('checkSecrets', () => {
  it('wants somebody beside you who can read them', async () => {
    const { store, folder, kim } = await testStore();
    expect(await checkSecrets(async () => store)).toMatchObject({
      verdict: 'warn',
      message: expect.stringMatching(/^kim alone/),
    });
    const lee = await testOperator(folder, 'lee');
    await store.change('kim', (draft) => draft.setOperators([listed(kim), listed(lee)]));
    expect(await checkSecrets(async () => store)).toMatchObject({
      verdict: 'ok',
      message: '0 that you can read as kim; 2 operators',
    });
    chmodSync(kim.identity, 0o644);
    expect(await checkSecrets(async () => store)).toMatchObject({
      verdict: 'fail',
      hint: `chmod 600 ${kim.identity}`,
    });
  });

  it('says who can let you in', async () => {
    const { store, folder } = await testStore();
    const max = await testOperator(folder, 'max');
    const as = (identity: string) => FileStore.open(store.directory, 'production', identity);
    expect(await checkSecrets(() => as(max.identity))).toMatchObject({
      verdict: 'fail',
      message: 'your age identity is none of theirs: kim can read the secrets',
      hint: `one of them lets you in: unde operators add NAME ${max.recipient}`,
    });
    expect(await checkSecrets(() => as(path.join(folder, 'none')))).toMatchObject({
      message: 'you have no age identity: kim can read the secrets',
    });
  });

  it('only tells of a store that is still to be made, or that cannot be read', async () => {
    const { folder, kim } = await testStore();
    const elsewhere = path.join(folder, 'elsewhere');
    const empty = () => FileStore.open(elsewhere, 'production', kim.identity);
    expect(await checkSecrets(empty)).toMatchObject({ verdict: 'warn' });
    const broken = () => Promise.reject(new Error('unreadable'));
    expect(await checkSecrets(broken)).toMatchObject({ verdict: 'fail', message: 'unreadable' });
  });
});
