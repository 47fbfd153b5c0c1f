import type {
  Recognition,
  RecognitionStep,
  RecognizedGarment,
  StepReport,
} from '../../contracts/recognize.ts';

/** What is known of a request so far; every change is told, so that whoever waits sees it grow. */
export class Report {
  readonly id: string;
  readonly #began: number;
  readonly #publish: (recognition: Recognition) => void;
  readonly #steps = new Map<RecognitionStep, StepReport>();
  readonly #degraded = new Set<string>();
  #state: Recognition['state'] = 'running';
  #garments: readonly RecognizedGarment[] = [];
  #costUsd = 0;
  #error: Recognition['error'] = null;

  /**
   * @param began When the request was taken on, in milliseconds since the epoch.
   * @param publish Called with the whole of it at each change.
   */
  constructor(id: string, began: number, publish: (recognition: Recognition) => void) {
    this.id = id;
    this.#began = began;
    this.#publish = publish;
  }

  /** Runs a step, and tells its beginning, its end and how long it took. */
  async step<T>(
    name: RecognitionStep,
    run: () => Promise<{ readonly value: T; readonly note: string }>,
  ): Promise<T> {
    const started = performance.now();
    this.#set({ step: name, state: 'running', ms: 0, note: '' });
    const ms = () => Math.round(performance.now() - started);
    try {
      const { value, note } = await run();
      this.#set({ step: name, state: 'done', ms: ms(), note });
      return value;
    } catch (error) {
      this.#set({ step: name, state: 'failed', ms: ms(), note: (error as Error).message });
      throw error;
    }
  }

  /** Says that a step is not needed. */
  skip(name: RecognitionStep, note: string): void {
    this.#set({ step: name, state: 'skipped', ms: 0, note });
  }

  /** Says what the answer has to do without. */
  degrade(...missing: readonly string[]): void {
    for (const name of missing) this.#degraded.add(name);
  }

  /** Shows the garments as far as they are known. */
  show(garments: readonly RecognizedGarment[]): void {
    this.#garments = garments;
    this.#tell();
  }

  spend(usd: number): void {
    this.#costUsd += usd;
  }

  /** Ends it well. */
  finish(): Recognition {
    this.#state = 'done';
    return this.#tell();
  }

  /** Ends it badly, with what the user is told. */
  die(error: NonNullable<Recognition['error']>): Recognition {
    this.#state = 'dead';
    this.#error = error;
    return this.#tell();
  }

  /** How long it has taken so far, in milliseconds. */
  get ms(): number {
    return Math.max(0, Date.now() - this.#began);
  }

  /** All that is known now. */
  get recognition(): Recognition {
    return {
      id: this.id,
      state: this.#state,
      steps: [...this.#steps.values()],
      garments: [...this.#garments],
      degraded: [...this.#degraded].sort(),
      cost_usd: Math.round(this.#costUsd * 1e6) / 1e6,
      ms: this.ms,
      error: this.#error,
    };
  }

  #set(step: StepReport): void {
    this.#steps.set(step.step, step);
    this.#tell();
  }

  #tell(): Recognition {
    const { recognition } = this;
    this.#publish(recognition);
    return recognition;
  }
}
