import { createReadStream } from 'node:fs';
import type { ReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

const ID = /^[0-9a-f-]{36}$/;

/**
 * Photos that were uploaded rather than linked: kept in the service's own folder as long as their requests may be tried,
 * and served from there to the gateway and the reranker, which take photos by URL only.
 */
export class Photos {
  readonly #directory: string;
  readonly #keepMs: number;

  constructor(directory: string, keepMs: number) {
    this.#directory = path.join(directory, 'photos');
    this.#keepMs = keepMs;
  }

  /** Keeps a photo under its request's id. */
  async keep(id: string, bytes: Buffer): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const file = this.#file(id);
    await writeFile(`${file}.new`, bytes);
    await rename(`${file}.new`, file);
  }

  /** A photo to be read; `undefined` where there is none of that id. */
  async open(id: string): Promise<{ readonly size: number; readonly stream: ReadStream } | undefined> {
    if (!ID.test(id)) return undefined;
    const file = this.#file(id);
    const found = await stat(file).catch(() => undefined);
    return found === undefined ? undefined : { size: found.size, stream: createReadStream(file) };
  }

  /**
   * Removes photos that no attempt will ask for any more.
   *
   * @returns How many were removed.
   */
  async sweep(now = Date.now()): Promise<number> {
    const names = await readdir(this.#directory).catch(() => []);
    let removed = 0;
    for (const name of names) {
      const file = path.join(this.#directory, name);
      const found = await stat(file).catch(() => undefined);
      if (found === undefined || now - found.mtimeMs < this.#keepMs) continue;
      await rm(file, { force: true });
      removed++;
    }
    return removed;
  }

  #file(id: string): string {
    return path.join(this.#directory, id);
  }
}
