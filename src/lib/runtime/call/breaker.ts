import { CircuitState, CountBreaker, circuitBreaker, handleWhen, type CircuitBreakerPolicy } from 'cockatiel';

/** How a breaker stands. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * What an error says of the other side: that it `failed`, that it is `alive` (it refused a bad request of ours, say),
 * or `nothing` (the client went away before it could answer).
 */
export type CallVerdict = 'failed' | 'alive' | 'nothing';

/** What a {@link Breaker} is made of. */
export interface BreakerOptions {
  /** Whom it guards, for messages. */
  readonly name: string;
  readonly verdict: (error: unknown) => CallVerdict;
  /** How long it stays open before one call may try again, in milliseconds. */
  readonly openMs?: number;
  readonly onChange?: (state: BreakerState) => void;
}

/** Nothing was sent: the other side failed too often just now. */
export class BreakerOpen extends Error {
  constructor(name: string) {
    super(`${name} failed too often just now, and is left alone for a moment`);
    this.name = 'BreakerOpen';
  }
}

const OPEN_MS = 5000;
/** It opens once more than half of the last ten calls have failed, and at least five were made. */
const WINDOW = { threshold: 0.5, size: 10, minimumNumberOfCalls: 5 };

const NAMES: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};

/**
 * Leaves somebody alone who fails: after too many failures calls fail at once, until one that tries again succeeds.
 * While that one is under way the others do not wait for it.
 */
export class Breaker {
  readonly #name: string;
  readonly #policy: CircuitBreakerPolicy;

  constructor({ name, verdict, openMs = OPEN_MS, onChange }: BreakerOptions) {
    this.#name = name;
    const isFailure = (error: unknown) => {
      const says = verdict(error);
      // A trial that has shown nothing must not close the circuit.
      return says === 'failed' || (says === 'nothing' && this.state === 'half-open');
    };
    this.#policy = circuitBreaker(handleWhen(isFailure), {
      halfOpenAfter: openMs,
      breaker: new CountBreaker(WINDOW),
    });
    this.#policy.onStateChange((state) => onChange?.(NAMES[state]));
  }

  get state(): BreakerState {
    return NAMES[this.#policy.state];
  }

  /**
   * Runs a call, unless the breaker is open.
   *
   * @throws BreakerOpen, and what the call throws
   */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#policy.state === CircuitState.HalfOpen) throw new BreakerOpen(this.#name);
    try {
      return await this.#policy.execute(call);
    } catch (error) {
      if (error instanceof Error && 'isBrokenCircuitError' in error) throw new BreakerOpen(this.#name);
      throw error;
    }
  }
}
