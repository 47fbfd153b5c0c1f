import { setTimeout as delay } from 'node:timers/promises';
import { UndeError } from '../../common/error/unde-error.ts';
import type { Facts, FactsQuery } from '../../fleet/facts/facts.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { factsQuery, type Assignment } from '../../desired/assignment.ts';
import { collectFacts } from '../plan/survey.ts';
import { parseLedger, type LedgerEntry } from '../../fleet/ledger/entry.ts';
import { connect, unreachable } from '../../fleet/ssh/connect.ts';
import type { Connection } from '../../fleet/ssh/connection.ts';
import { withTimeout, type SshTarget } from '../../fleet/ssh/target.ts';
import type { Answer, Observation } from './observation.ts';

/** Ledger lines that the first question brings: enough for the last deploy of each service to be among them. */
const FIRST_LEDGER_LINES = 100;
/** Ledger lines of every later question; more than are written between two. */
const NEXT_LEDGER_LINES = 10;
/** The first and the longest wait before another attempt to connect, in milliseconds. */
const BACKOFF_MS = { first: 1000, longest: 15_000 };

/** How a host is watched. Times are in milliseconds. */
export interface WatchOptions {
  /** From the end of one answer to the next question. */
  readonly intervalMs: number;
  /** One attempt, the login included. */
  readonly timeoutMs: number;
}

/**
 * Watches one host over a connection of its own, which stays open between questions. Hosts know nothing of each other:
 * one that is dead or slow delays nobody.
 */
export class HostWatch {
  readonly #fleet: Fleet;
  readonly #assignment: Assignment;
  readonly #notBuilt: readonly string[];
  readonly #options: WatchOptions;
  #connection: Connection | undefined;
  #answer: Answer | undefined;
  #failure: UndeError | undefined;
  #ledger: LedgerEntry[] = [];
  #abort = new AbortController();

  constructor(fleet: Fleet, assignment: Assignment, notBuilt: readonly string[], options: WatchOptions) {
    this.#fleet = fleet;
    this.#assignment = assignment;
    this.#notBuilt = notBuilt;
    this.#options = options;
  }

  /** What is known of the host now. */
  observation(): Observation {
    return {
      assignment: this.#assignment,
      notBuilt: this.#notBuilt,
      answer: this.#answer,
      failure: this.#failure,
      ledger: this.#ledger,
    };
  }

  /** Asks the host once, within the deadline; afterwards {@link observation} has the answer, or why there is none. */
  async ask(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#noAnswer()), this.#options.timeoutMs);
    });
    try {
      this.#answer = await Promise.race([this.#collect(abort.signal), late]);
      this.#failure = undefined;
      this.#remember(this.#answer.facts);
    } catch (error) {
      this.#failure =
        error instanceof UndeError
          ? error
          : unreachable({ host: this.#assignment.host.name }, error as Error);
      // A connection on which an answer is overdue is worth nothing; the signal also ends one that is being opened.
      this.close();
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks again and again until the signal ends it; `onChange` is called after each attempt. */
  async run(signal: AbortSignal, onChange: () => void): Promise<void> {
    let wait = BACKOFF_MS.first;
    while (!signal.aborted) {
      await this.ask();
      if (signal.aborted) break;
      onChange();
      const failed = this.#failure !== undefined;
      const pause = failed ? wait * (0.75 + Math.random() / 2) : this.#options.intervalMs;
      wait = failed ? Math.min(wait * 2, BACKOFF_MS.longest) : BACKOFF_MS.first;
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
    this.close();
  }

  /** Closes the connection; the next question opens another. */
  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
    this.#abort.abort();
  }

  async #collect(signal: AbortSignal): Promise<Answer> {
    const target = withTimeout(this.#fleet.target(this.#assignment.host), this.#options.timeoutMs);
    const connection = this.#connection ?? (await this.#connect(target, signal));
    const askedAt = Date.now() / 1000;
    const facts = await collectFacts(connection, this.#query(), this.#options.timeoutMs);
    return { facts, askedAt, answeredAt: Date.now() / 1000 };
  }

  async #connect(target: SshTarget, signal: AbortSignal): Promise<Connection> {
    const connection = await connect(target, signal);
    this.#connection = connection;
    void this.#forget(connection);
    return connection;
  }

  /** A connection that was lost must not be asked again. */
  async #forget(connection: Connection): Promise<void> {
    await connection.lost;
    if (this.#connection === connection) this.#connection = undefined;
  }

  /** Status looks at what runs; whether files and packages are as rendered is the business of `unde drift`. */
  #query(): FactsQuery {
    const ledgerLines = this.#ledger.length === 0 ? FIRST_LEDGER_LINES : NEXT_LEDGER_LINES;
    const query = factsQuery(this.#assignment, { ledgerLines, sampleCpu: true, probeHealth: true });
    return { ...query, files: [], packages: [], releases: [] };
  }

  #remember(facts: Facts): void {
    const known = new Set(this.#ledger.map(keyOf));
    this.#ledger.push(...parseLedger(facts.ledger).filter((entry) => !known.has(keyOf(entry))));
    if (this.#ledger.length > 2 * FIRST_LEDGER_LINES) this.#ledger = this.#ledger.slice(-FIRST_LEDGER_LINES);
  }

  #noAnswer(): UndeError {
    const { name } = this.#assignment.host;
    return new UndeError({
      code: 'NO_ANSWER',
      message: `no answer from ${name} within ${this.#options.timeoutMs / 1000} s`,
      exit: 'unreachable',
      where: { host: name },
    });
  }
}

function keyOf(entry: LedgerEntry): string {
  return `${entry.id} ${entry.at} ${entry.service} ${entry.action} ${entry.result}`;
}
