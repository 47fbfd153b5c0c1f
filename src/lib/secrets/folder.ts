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
 * Puts an index and its files in force together. Files that come are first written under names that nobody looks for,
 * and files that go are renamed to such; the index, which names files by their content, decides; then the former get
 * their names, and the latter are deleted. {@link finishCommit} ends what was broken off.
 *
 * @param files The encrypted files that change, by name; `undefined` for those that go.
 */
export async function commit(
  directory: string,
  index: Index,
  files: ReadonlyMap<string, Uint8Array | undefined>,
): Promise<void> {
  const at = (name: string) => path.join(directory, name);
  const coming: [string, string][] = [];
  const going: string[] = [];
  for (const [file, bytes] of files) {
    const old = bytes === undefined ? await readFile(at(file)).catch(() => undefined) : undefined;
    const content = bytes ?? old;
    if (content === undefined) continue;
    const staged = stagedName(file, fileDigest(content));
    if (bytes === undefined) {
      await rename(at(file), at(staged));
      going.push(staged);
    } else {
      await writeDurably(at(staged), bytes);
      coming.push([staged, file]);
    }
  }
  await writeDurably(at(`.${INDEX}.new`), Buffer.from(await renderIndex(index)));
  await syncFolder(directory);
  await rename(at(`.${INDEX}.new`), at(INDEX));
  await syncFolder(directory);
  for (const [staged, file] of coming) await rename(at(staged), at(file));
  for (const staged of going) await unlink(at(staged));
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
