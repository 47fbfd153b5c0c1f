/** How the gate, and status, decide that a service is well. Times are in seconds. */
export type HealthSpec = HttpHealth | CommandHealth;

interface HealthTimes {
  /** How long a start may take before the gate gives up. */
  readonly startSeconds: number;
  /** How long it must stay ready, same process, before the gate believes it. */
  readonly stableSeconds: number;
}

/** A service that is asked over HTTP on its own port. */
export interface HttpHealth extends HealthTimes {
  /** Path that answers for the process (200 as long as it can serve at all). */
  readonly path: string;
  /** Path that answers for its dependencies too; the gate waits for 200 here. */
  readonly ready: string;
}

/** A service that speaks no HTTP. */
export interface CommandHealth extends HealthTimes {
  /**
   * One bash command line, run as root on the host: exit code 0 when the service is well, else the last line that it
   * prints says what is wrong. It must end within two seconds.
   */
  readonly command: string;
}
