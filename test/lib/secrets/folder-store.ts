import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FileStore } from '../../../src/lib/secrets/file-store.ts';
import { writeIdentity } from '../../../src/lib/secrets/open.ts';

/** An operator of a test: a name, an identity file, and the recipient that belongs to it. */
export interface TestOperator {
  readonly name: string;
  readonly identity: string;
  readonly recipient: string;
}

/** A fresh folder of a test. */
export function testFolder(): string {
  return mkdtempSync(path.join(os.tmpdir(), 'unde-secrets-'));
}

/** Makes an operator, with the identity in a folder. */
export async function testOperator(folder: string, name: string): Promise<TestOperator> {
  const identity = path.join(folder, `${name}.txt`);
  return { name, identity, recipient: await writeIdentity(identity) };
}

/** A store with one operator, kim, whose identity it is opened with. */
export async function testStore(
  context: 'lab' | 'production' = 'production',
): Promise<{ store: FileStore; folder: string; kim: TestOperator }> {
  const folder = testFolder();
  const kim = await testOperator(folder, 'kim');
  const store = await FileStore.open(path.join(folder, 'secrets'), context, kim.identity);
  await store.change('kim', (draft) => draft.setOperators([listed(kim)]));
  return { store, folder, kim };
}

/** An operator as the store lists it. */
export function listed({ name, recipient }: TestOperator): {
  name: string;
  recipient: string;
  since: string;
} {
  return { name, recipient, since: '2026-03-01T00:00:00Z' };
}
