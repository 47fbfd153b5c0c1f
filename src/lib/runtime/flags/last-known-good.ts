import { open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';

/** A process's own copy of the last file of flags that was good, for a start at which the host's file is not. */
export class LastKnownGood {
  readonly #file: string | undefined;
  readonly #onError: (error: Error) => void;
  #writing: Promise<void> = Promise.resolve();

  /** @param directory The process's own folder; without one nothing is kept. */
  constructor(directory: string | undefined, onError: (error: Error) => void) {
    this.#file = directory === undefined ? undefined : path.join(directory, 'flags.json');
    this.#onError = onError;
  }

  /** The copy's text; `undefined` where there is none. */
  async read(): Promise<string | undefined> {
    if (this.#file === undefined) return undefined;
    return readFile(this.#file, 'utf8').catch(() => undefined);
  }

  /** Keeps a text, behind the caller's back: a disk that is full or slow must not hold up a change. */
  write(text: string): void {
    const file = this.#file;
    if (file === undefined) return;
    this.#writing = this.#writing.then(() => replace(file, text)).catch(this.#onError);
  }

  /** Resolves once nothing is being written any more. */
  settled(): Promise<void> {
    return this.#writing;
  }
}

/** After a crash the file holds the old text or the new one, never a part. */
async function replace(file: string, text: string): Promise<void> {
  const making = `${file}.new`;
  const handle = await open(making, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(making, file);
}
