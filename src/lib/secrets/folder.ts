import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { type Index, parseIndex, renderIndex } from './index-file.ts';

/** The name of the index in a store's folder. */
export const INDEX = 'index.yaml';

const EMPTY: Index = { operators: {}, secrets: {} };
/** An encrypted file that waits for the index to name it: `.<file>.<digest>`. */
const STAGED = /^\.([a-z0-9-]+(?:\.next)?\.age)\.([0-9a-f]{16})$/;

/** The file of a secret's value. */
export function valueFile(name: string, which: 'current' | 'next' = 'current'): string {
  return which === 'current' ? `${name}.age` : `${name}.next.age`;
}

/** What the index calls a file by its content. */
export function fileDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

/** The index of a folder; an empty one where there is none yet. */
export async function readIndex(directory: string): Promise<Index> {
  const file = path.join(directory, INDEX);
  return existsSync(file) ? parseIndex(await readFile(file, 'utf8'), file) : EMPTY;
}

/**
 * The bytes of an encrypted file with a digest, whether a change that was broken off has renamed it yet or not.
 *
 * @returns `undefined` where there is no such file.
 */
export async function readValueFile(
  directory: string,
  file: string,
  digest: string,
): Promise<Uint8Array | undefined> {
  for (const name of [file, stagedName(file, digest)]) {
    const bytes = await readFile(path.join(directory, name)).catch(() => undefined);
    if (bytes !== undefined && fileDigest(bytes) === digest) return bytes;
  }
  return undefined;
}

/**
 * Puts an index and its files in force together. The files are first written under names that nobody reads; the index,
 * which names them by their content, decides; then they get their names. {@link finishCommit} ends what was broken off.
 *
 * @param files The encrypted files that change, by name; `undefined` for those that go.
 */
export async function commit(
  directory: string,
  index: Index,
  files: ReadonlyMap<string, Uint8Array | undefined>,
): Promise<void> {
  for (const [file, bytes] of files) {
    if (bytes !== undefined)
      await writeDurably(path.join(directory, stagedName(file, fileDigest(bytes))), bytes);
  }
  const text = await renderIndex(index);
  await writeDurably(path.join(directory, `.${INDEX}.new`), Buffer.from(text));
  await syncFolder(directory);
  await rename(path.join(directory, `.${INDEX}.new`), path.join(directory, INDEX));
  await syncFolder(directory);
  for (const [file, bytes] of files) {
    const final = path.join(directory, file);
    if (bytes === undefined) await unlink(final).catch(() => undefined);
    else await rename(path.join(directory, stagedName(file, fileDigest(bytes))), final);
  }
  await syncFolder(directory);
}

/** Ends a commit that was broken off: what the index names gets its name, the rest of it goes. Needs the lock. */
export async function finishCommit(directory: string, index: Index): Promise<void> {
  const named = new Map(
    Object.entries(index.secrets).flatMap(([name, entry]) => [
      [valueFile(name), entry.file] as const,
      ...(entry.next === undefined ? [] : [[valueFile(name, 'next'), entry.next.file] as const]),
    ]),
  );
  for (const found of await readdir(directory)) {
    const [, file = '', digest] = STAGED.exec(found) ?? [];
    if (file !== '' && named.get(file) === digest) {
      await rename(path.join(directory, found), path.join(directory, file));
    } else if (file !== '' || found === `.${INDEX}.new`) {
      await unlink(path.join(directory, found));
    } else if (found.endsWith('.next.age') && !named.has(found)) {
      await unlink(path.join(directory, found));
    }
  }
}

function stagedName(file: string, digest: string): string {
  return `.${file}.${digest}`;
}

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'w', 0o644);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
