import chalk from 'chalk';
import {
  Listr,
  ListrLogger,
  ProcessOutput,
  type ListrDefaultRendererLogLevels,
  type ListrTaskWrapper,
} from 'listr2';
import type { Progress } from './progress.ts';

/** How often the seconds of what runs are counted on, in milliseconds. */
const TICK_MS = 1000;
/** Parts that are shown under an item; of more, those that were heard of last. */
const SHOWN_PARTS = 6;

type Task = ListrTaskWrapper<unknown, never, never>;

interface Item {
  readonly name: string;
  readonly ended: PromiseWithResolvers<void>;
  readonly parts: Map<string, string>;
  task?: Task;
  /** When something was first heard of it. */
  started?: number;
  text: string;
  over: boolean;
}

/** The items as a live tree by listr2: what each does, for how long, and the last word of each of its parts. */
export class TreeProgress implements Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #items = new Map<string, Item>();
  readonly #signal: AbortSignal | undefined;
  #run: Promise<unknown> = Promise.resolve();
  #ticking: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WriteStream, signal?: AbortSignal) {
    this.#stream = stream;
    this.#signal = signal;
  }

  begin(names: readonly string[]): void {
    for (const name of names) {
      const ended = Promise.withResolvers<void>();
      // An item may fail before its task listens.
      ended.promise.catch(() => undefined);
      this.#items.set(name, {
        name,
        ended,
        parts: new Map(),
        text: chalk.dim('waits'),
        over: false,
      });
    }
    const list = new Listr<unknown>(
      [...this.#items.values()].map((item) => ({
        title: this.#title(item),
        task: (_, task) => {
          item.task = task as unknown as Task;
          // It may have ended before the tree was drawn for the first time.
          task.title = this.#title(item);
          return item.ended.promise;
        },
      })),
      {
        concurrent: true,
        // An item that fails ends neither the others nor the command, which says itself what became of each.
        exitOnError: false,
        registerSignalListeners: false,
        renderer: 'default',
        rendererOptions: {
          logger: this.#logger(),
          showErrorMessage: false,
          collapseErrors: false,
          formatOutput: 'truncate',
        },
      },
    );
    this.#run = list.run().catch(() => undefined);
    this.#ticking = setInterval(() => this.#drawAll(), TICK_MS);
    this.#ticking.unref();
    this.#signal?.addEventListener('abort', () => this.#drawAll(), { once: true });
  }

  report(name: string, text: string, part?: string): void {
    const item = this.#item(name);
    item.started ??= Date.now();
    if (part === undefined) {
      item.text = text;
    } else {
      // Heard of last stands last.
      item.parts.delete(part);
      item.parts.set(part, text);
    }
    this.#draw(item);
  }

  end(name: string, ok: boolean, text: string): void {
    const item = this.#item(name);
    item.text = ok ? text : chalk.red(text);
    this.#draw(item);
    item.over = true;
    if (ok) item.ended.resolve();
    else item.ended.reject(new Error(text));
  }

  async close(): Promise<void> {
    clearInterval(this.#ticking);
    for (const item of this.#items.values()) if (!item.over) item.ended.reject(new Error('unfinished'));
    await this.#run;
  }

  /** listr2 draws on standard output; here it is left to what the command answers. */
  #logger(): ListrLogger<ListrDefaultRendererLogLevels> {
    const processOutput = new ProcessOutput(this.#stream, this.#stream, { leaveEmptyLine: false });
    return new ListrLogger({ useIcons: true, toStderr: [], processOutput });
  }

  #item(name: string): Item {
    const item = this.#items.get(name);
    if (item === undefined) throw new Error(`progress was not told of ${name}`);
    return item;
  }

  #drawAll(): void {
    for (const item of this.#items.values()) this.#draw(item);
  }

  #draw(item: Item): void {
    if (item.task === undefined || item.over) return;
    item.task.title = this.#title(item);
    const parts = [...item.parts].slice(-SHOWN_PARTS).map(([part, text]) => `${part}: ${text}`);
    if (parts.length > 0) item.task.output = parts.join('\n');
  }

  #title({ name, text, started }: Item): string {
    const seconds =
      started === undefined ? '' : chalk.dim(`  ${Math.round((Date.now() - started) / 1000)} s`);
    const interrupted = this.#signal?.aborted === true ? chalk.yellow('  interrupted') : '';
    return `${chalk.bold(name)}  ${text}${seconds}${interrupted}`;
  }
}
