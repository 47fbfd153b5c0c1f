import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectSecrets } from '../../../../src/lib/operations/secrets/inspect.ts';
import { token } from '../../desired/secrets/declared-fixture.ts';
import { listed, testOperator, testStore } from '../../secrets/folder-store.ts';

const looking = { manifests: [], placed: new Set<string>(), maxDays: 365, now: Date.now() / 1000 };

describe('inspectSecrets', () => {
  it('has nothing to say of a store in order, whatever an interrupted change has left', async () => {
    const { store } = await testStore();
    await store.change('kim', (draft) => draft.put('vendor-token', 'x', { kind: 'brought' }));
    writeFileSync(path.join(store.directory, '.vendor-token.age.0123456789abcdef'), 'left');
    expect(await inspectSecrets({ ...looking, store, declared: [token()] })).toEqual([]);
  });

  it('goes on where a file was damaged by a merge, and finds what was shared', async () => {
    const { store } = await testStore();
    await store.change('kim', async (draft) => {
      await draft.put('vendor-token', 'same', { kind: 'brought' });
      await draft.put('copy', 'same', { kind: 'brought' });
      await draft.put('merged', 'x', { kind: 'brought' });
    });
    writeFileSync(path.join(store.directory, 'merged.age'), 'conflict');
    const found = await inspectSecrets({
      ...looking,
      store,
      declared: [token(), token('copy'), token('merged')],
    });
    expect(found.map(({ rule, secret }) => [rule, secret])).toEqual([
      ['file', 'merged'],
      ['shared-value', 'vendor-token'],
    ]);
  });

  it('finds files that a merge left encrypted to other operators', async () => {
    const { store, folder, kim } = await testStore();
    const lee = await testOperator(folder, 'lee');
    await store.change('kim', (draft) => draft.put('vendor-token', 'x', { kind: 'brought' }));
    // One branch let lee in, the other one made the secret: the merged index has both, the file only kim.
    const index = path.join(store.directory, 'index.yaml');
    const { recipient, since } = listed(lee);
    writeFileSync(
      index,
      readFileSync(index, 'utf8').replace(
        'secrets:',
        `  lee:\n    recipient: ${recipient}\n    since: ${since}\nsecrets:`,
      ),
    );
    const reopened = await (
      await import('../../../../src/lib/secrets/file-store.ts')
    ).FileStore.open(store.directory, 'production', kim.identity);
    const findings = () => inspectSecrets({ ...looking, store: reopened, declared: [token()] });
    expect((await findings()).map(({ rule }) => rule)).toEqual(['recipients']);
    await reopened.change('kim', (draft) => draft.setOperators(draft.operators()));
    expect(await findings()).toEqual([]);
  });
});
