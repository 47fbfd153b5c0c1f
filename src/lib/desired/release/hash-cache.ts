import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheDirectory } from '../../common/context/directories.ts';

interface Entry {
  readonly stamp: string;
  readonly sha256: string;
}

/**
 * Remembers the digests of large files between commands (a model has 351 MB, Node 120), for as long as size,
 * inode and both times stay what they were.
 */
export class HashCache {
  readonly #file: string;
  #entries: Record<string, Entry> | undefined;
  #changed = false;
  readonly #underWay = new Map<string, Promise<string>>();
  #saved: Promise<void> = Promise.resolve();

  constructor(directory: string = cacheDirectory()) {
    this.#file = path.join(directory, 'hashes.json');
  }

  /** SHA-256 and size of a file. */
  async digest(file: string): Promise<{ sha256: string; size: number }> {
    const info = await stat(file, { bigint: true });
    const stamp = `${info.size}.${info.ino}.${info.mtimeNs}.${info.ctimeNs}`;
    const entries = await this.#load();
    const known = entries[file];
    if (known?.stamp === stamp) return { sha256: known.sha256, size: Number(info.size) };
    // Services that are built side by side share Node: it is read once.
    const reading = this.#underWay.get(file) ?? digestOf(file);
    this.#underWay.set(file, reading);
    const sha256 = await reading.finally(() => this.#underWay.delete(file));
    entries[file] = { stamp, sha256 };
    this.#changed = true;
    return { sha256, size: Number(info.size) };
  }

  /** Writes what was learnt; one write at a time. */
  save(): Promise<void> {
    this.#saved = this.#saved.catch(() => undefined).then(() => this.#write());
    return this.#saved;
  }

  async #write(): Promise<void> {
    if (!this.#changed || this.#entries === undefined) return;
    await mkdir(path.dirname(this.#file), { recursive: true });
    const next = `${this.#file}.${process.pid}`;
    await writeFile(next, JSON.stringify(this.#entries));
    await rename(next, this.#file);
    this.#changed = false;
  }

  async #load(): Promise<Record<string, Entry>> {
    this.#entries ??= await readFile(this.#file, 'utf8')
      .then((text) => JSON.parse(text) as Record<string, Entry>)
      // A cache that is absent or damaged is an empty one.
      .catch(() => ({}));
    return this.#entries;
  }
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
