import { open } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../common/error/unde-error.ts';
import type { FlagSpec } from '../../manifest/flag.ts';
import { FileWatch } from './file-watch.ts';
import { LastKnownGood } from './last-known-good.ts';
import { NEVER_SET } from '../../manifest/flags/version.ts';
import { defaultSnapshot, readSnapshot, type FlagSnapshot, type ReadSnapshot } from './snapshot.ts';

/** How often the file is looked at even where nothing told of a change, in milliseconds. */
const RECONCILE_MS = 15_000;
/** No file of flags is larger than this. */
const MAX_BYTES = 64 * 1024;

const GONE = 'the flag file is gone';

/** What `/health` says of a process's flags. */
export interface FlagHealth {
  /** The version that the process runs; `0` where nobody ever set a flag. */
  readonly version: string;
  /** Why it does not run what the file says. */
  readonly damaged?: string;
}

/** Where a process logs what becomes of its flags. */
export interface FlagLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What {@link Flags} are made of. */
export interface FlagsOptions {
  readonly service: string;
  readonly specs: readonly FlagSpec[];
  /** The folder in which the host keeps its flags. */
  readonly directory: string;
  /** Where the last known good values are kept; without it there is no copy of them. */
  readonly stateDirectory: string | undefined;
  readonly log: FlagLog;
  /** Called after every swap, and when the file becomes damaged or good again. */
  readonly onChange?: (health: FlagHealth) => void;
  readonly reconcileMs?: number;
}

/**
 * The flags of a running process. They follow the host's file: each change is read, checked as a whole, and swapped in
 * one step. A change that cannot be read leaves what runs as it is. No call ever waits for anything.
 */
export class Flags {
  readonly #options: FlagsOptions;
  readonly #file: string;
  readonly #good: LastKnownGood;
  #watch: FileWatch | undefined;
  #current: FlagSnapshot;
  #damaged: string | undefined;
  #reading: Promise<void> | undefined;
  #again = false;
  #started = false;

  private constructor(options: FlagsOptions) {
    this.#options = options;
    this.#file = path.join(options.directory, `${options.service}.json`);
    this.#good = new LastKnownGood(options.stateDirectory, (error) =>
      options.log.warn({ err: error }, 'the last known good flags could not be kept'),
    );
    this.#current = defaultSnapshot(options.specs);
  }

  /**
   * Reads the flags and goes on watching them. It always succeeds: where the file is damaged or gone, the last known
   * good values are in force, and where there are none, the defaults; log and {@link health} say so.
   */
  static async open(options: FlagsOptions): Promise<Flags> {
    const flags = new Flags(options);
    // Watched first: a change that comes while the file is read is not missed.
    if (options.specs.length > 0) {
      flags.#watch = new FileWatch(
        flags.#file,
        options.reconcileMs ?? RECONCILE_MS,
        () => void flags.refresh(),
        (error) => options.log.warn({ err: error }, `flags are looked at every 15 s only: ${error.message}`),
      );
      await flags.refresh();
    }
    return flags;
  }

  /** The values now, all of one version. They never change: a request takes them once and keeps them to its end. */
  current(): FlagSnapshot {
    return this.#current;
  }

  /**
   * The same flags, typed by their specs.
   *
   * @throws Error where the manifest does not name one of them.
   */
  of<const Specs extends readonly FlagSpec[]>(specs: Specs): { current(): FlagSnapshot<Specs> } {
    const missing = specs.find(({ name }) => !this.#options.specs.some((each) => each.name === name));
    if (missing !== undefined) throw new Error(`the manifest names no flag "${missing.name}"`);
    return { current: () => this.#current };
  }

  /** What `/health` says. */
  health(): FlagHealth {
    const { version } = this.#current;
    return this.#damaged === undefined ? { version } : { version, damaged: this.#damaged };
  }

  /** Reads the file now; resolves once what it says is in force, or refused. */
  refresh(): Promise<void> {
    this.#again = true;
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Stops watching, and waits for what is being written. */
  async close(): Promise<void> {
    this.#watch?.close();
    await this.#reading;
    await this.#good.settled();
  }

  /** One reader at a time; a change that comes meanwhile is read after it. */
  async #readAll(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      const { read, text } = await this.#readFile();
      if (read !== undefined && read.damage === undefined) this.#swap(read.snapshot, undefined, text);
      else if (this.#started) this.#keep(read === undefined ? this.#gone() : read.damage);
      else await this.#startWithout(read);
      this.#started = true;
    }
  }

  /** What a missing file means: nothing, as long as nobody has ever set a flag. */
  #gone(): string | undefined {
    return this.#current.version === NEVER_SET ? undefined : GONE;
  }

  /** A start at which the host's file is of no use. */
  async #startWithout(read: ReadSnapshot | undefined): Promise<void> {
    const kept = await this.#good.read();
    if (read === undefined && kept === undefined) return;
    const why = read?.damage ?? GONE;
    const good = kept === undefined ? undefined : readSnapshot(this.#options.specs, kept);
    // A value that this release does not know must not cost the others: what can be used of the file is used.
    const use = good?.damage === undefined ? good?.snapshot : undefined;
    this.#swap(use ?? read?.snapshot ?? good?.snapshot ?? this.#current, why);
  }

  async #readFile(): Promise<{ read: ReadSnapshot | undefined; text: string }> {
    try {
      const text = await readSmall(this.#file);
      return { read: readSnapshot(this.#options.specs, text), text };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { read: undefined, text: '' };
      return { read: { damage: `the flag file cannot be read: ${messageOf(error)}` }, text: '' };
    }
  }

  /** Stays with what runs. */
  #keep(damaged: string | undefined): void {
    if (damaged === this.#damaged) return;
    this.#damaged = damaged;
    this.#announce();
  }

  #swap(snapshot: FlagSnapshot, damaged: string | undefined, text?: string): void {
    if (damaged === this.#damaged && JSON.stringify(snapshot) === JSON.stringify(this.#current)) return;
    this.#current = snapshot;
    this.#damaged = damaged;
    if (text !== undefined) this.#good.write(text);
    this.#announce();
  }

  #announce(): void {
    const { log, onChange } = this.#options;
    const { version, values } = this.#current;
    if (this.#damaged === undefined) log.info({ flags: version, values }, `flags are at ${version}`);
    else log.error({ flags: version, values }, `flags stay at ${version}: ${this.#damaged}`);
    onChange?.(this.health());
  }
}

async function readSmall(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    if (size > MAX_BYTES) throw new Error(`it has ${size} bytes`);
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
