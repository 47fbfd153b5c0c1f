import type { Recognition } from '../../../contracts/recognize.ts';

type Step = Recognition['steps'][number];

/** Follows what a request becomes, event by event, and tells each step once, as it ends. */
export class StepFollower {
  readonly #told = new Set<string>();
  readonly #onStep: (step: Step) => void;
  #last: Recognition;

  constructor(accepted: Recognition, onStep: (step: Step) => void) {
    this.#last = accepted;
    this.#onStep = onStep;
  }

  /** The request as it was seen last. */
  get last(): Recognition {
    return this.#last;
  }

  /** Takes the request as an event shows it. */
  see(recognition: Recognition): void {
    this.#last = recognition;
    for (const step of recognition.steps) {
      if (step.state === 'running' || this.#told.has(step.step)) continue;
      this.#told.add(step.step);
      this.#onStep(step);
    }
  }
}
