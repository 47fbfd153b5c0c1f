import { existsSync, statSync, watch, type FSWatcher } from 'node:fs';
import path from 'node:path';

/** A folder that comes and goes is looked for so often at a time. */
const ATTEMPTS = 10;

/**
 * Tells when a file may have changed: at once, by the kernel's notice of its folder, and every so often all the same,
 * since notices can be lost. The folder need not be there yet: until then the nearest one above it is watched.
 */
export class FileWatch {
  readonly #file: string;
  readonly #onChange: () => void;
  readonly #onError: (error: Error) => void;
  readonly #timer: NodeJS.Timeout;
  #watcher: FSWatcher | undefined;
  #watched = '';
  #failed = false;

  /**
   * @param everyMs How often to call `onChange` without a notice, in milliseconds.
   * @param onError Told once when the kernel gives no notices; the file is then looked at every `everyMs`.
   */
  constructor(file: string, everyMs: number, onChange: () => void, onError: (error: Error) => void) {
    this.#file = file;
    this.#onChange = onChange;
    this.#onError = onError;
    this.#arm();
    this.#timer = setInterval(() => {
      this.#arm();
      onChange();
    }, everyMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#watcher?.close();
  }

  /** Watches the file's folder, or the nearest one above it; a folder that was made anew is another one. */
  #arm(): void {
    const wanted = path.dirname(this.#file);
    try {
      for (let attempt = 1; ; attempt++) {
        const folder = nearest(wanted);
        const gone = this.#watch(folder, folder === wanted);
        // It may have come, or gone, while it was looked for.
        if ((!gone && folder === nearest(wanted)) || attempt === ATTEMPTS) break;
      }
      this.#failed = false;
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** @returns Whether the folder has gone meanwhile. */
  #watch(folder: string, isOwn: boolean): boolean {
    const stat = statSync(folder, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) return true;
    // A new folder may have the number of the one that is gone, but not its time of birth.
    const identity = `${folder} ${stat.dev} ${stat.ino} ${stat.birthtimeNs}`;
    if (identity === this.#watched) return false;
    this.#watcher?.close();
    this.#watched = identity;
    this.#watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (isOwn && name === path.basename(this.#file)) return this.#onChange();
      const itself = name === null || name === path.basename(folder);
      if (isOwn && !itself) return;
      // The folder came, or went: what was watched is worth nothing any more.
      if (itself) this.#watched = '';
      this.#arm();
      this.#onChange();
    });
    this.#watcher.on('error', (error) => this.#fail(error));
    return false;
  }

  #fail(error: Error): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#watched = '';
    if (!this.#failed) this.#onError(error);
    this.#failed = true;
  }
}

function nearest(folder: string): string {
  return existsSync(folder) || folder === path.dirname(folder) ? folder : nearest(path.dirname(folder));
}
