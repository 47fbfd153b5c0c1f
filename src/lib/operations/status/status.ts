import type { WorkReport } from '../../../contracts/work.ts';
import type { FlagView } from '../flags/view.ts';

/**
 * The state of a fleet as `unde status` shows it and as `unde status --json` prints it: one shape for both, stable for
 * scripts. Times are ISO 8601 in UTC; lengths of time are in seconds, sizes in bytes, shares between 0 and 1.
 */
export interface FleetStatus {
  /** `production`, `lab` or `lab:NAME`. */
  readonly context: string;
  readonly selector: string;
  readonly at: string;
  readonly summary: Summary;
  /** What is wrong, worst first. */
  readonly problems: readonly StatusProblem[];
  /** Flags that are not at their defaults, or differ between hosts. */
  readonly flags: readonly FlagView[];
  /** In the order of the inventory. */
  readonly hosts: readonly HostStatus[];
  /** Alerts that somebody should see to, where the whole fleet was asked once; `null`: monitoring does not say. */
  readonly alerts?: number | null;
}

/** The counts at the top. */
export interface Summary {
  readonly hosts: number;
  /** Hosts that answered lately. */
  readonly up: number;
  /** Hosts that could not be asked. */
  readonly unreachable: number;
  /** Placements by state. */
  readonly services: Readonly<Record<ServiceState, number>>;
  readonly errors: number;
  readonly warnings: number;
}

/**
 * An `error` is something that does not work: it makes the exit code 10. A `warning` is for an operator to know or to
 * settle, and leaves the exit code alone.
 */
export type Severity = 'error' | 'warning';

/** Something that is wrong, with its cause and what to do. */
export interface StatusProblem {
  readonly severity: Severity;
  /** A stable name in SCREAMING_SNAKE_CASE that scripts may match on. */
  readonly code: string;
  /** The hosts that it is about. */
  readonly hosts: readonly string[];
  readonly service: string | null;
  readonly message: string;
  /** Lines that show the cause, such as the last words of a unit that failed. */
  readonly details: readonly string[];
  /** What to type next. */
  readonly hint: string;
}

/**
 * `up` answered lately; `stale` answered, but not for several intervals; `unreachable` could not be asked; `asking`
 * has not had the time to answer yet.
 */
export type HostState = 'up' | 'stale' | 'unreachable' | 'asking';

/** One host. What it said last stays there, with its age, when it no longer answers. */
export interface HostStatus {
  readonly name: string;
  readonly site: string;
  readonly state: HostState;
  /** Whether the last attempt to ask it succeeded. */
  readonly reachable: boolean;
  /** Why it could not be asked. */
  readonly error?: { readonly code: string; readonly message: string };
  /** Age of what follows; `null` where it never answered. */
  readonly ageSeconds: number | null;
  /** Busy share of its processors. */
  readonly cpu: number | null;
  readonly cpus: number | null;
  readonly memory: Capacity | null;
  /** The file system with /var/lib/unde. */
  readonly disk: Capacity | null;
  /** Load average over one minute. */
  readonly load: number | null;
  /** Seconds since it booted. */
  readonly uptime: number | null;
  /** How far its clock is ahead of the operator's, as far as the round trip lets one know. */
  readonly clockSkewSeconds: number | null;
  /** Who has taken it out of work, and why. */
  readonly drained: { readonly since: string; readonly by: string; readonly why: string } | null;
  readonly services: readonly ServiceStatus[];
}

/** How much there is, and how much of it is left. */
export interface Capacity {
  readonly totalBytes: number;
  readonly availableBytes: number;
}

/**
 * - `running`: the unit is active, `/health` and `/ready` answer 200, and the process runs the release that is current
 * - `starting`: systemd waits for it to say that it is ready
 * - `degraded`: it runs, but is not ready, or is not the release that it should be
 * - `unresponsive`: its unit is active, but `/health` does not answer 200
 * - `failed`: systemd gave up on it, or starts it again and again
 * - `stopped`: somebody stopped it
 * - `not-deployed`: placed here, never deployed here
 * - `not-built`: placed here, but there is no such service yet
 * - `unknown`: the host does not answer
 */
export type ServiceState =
  | 'running'
  | 'starting'
  | 'degraded'
  | 'unresponsive'
  | 'failed'
  | 'stopped'
  | 'not-deployed'
  | 'not-built'
  | 'unknown';

/** One service on one host. */
export interface ServiceStatus {
  readonly name: string;
  readonly kind: 'service' | 'platform' | 'planned';
  readonly state: ServiceState;
  /** Why it is not running; empty where it is. */
  readonly reason: string;
  /** Digest of the release that is current; for a third-party service of what was rendered. */
  readonly release: string | null;
  readonly generation: string | null;
  /** When the unit came into its state, by the host's clock. */
  readonly since: string | null;
  readonly sinceSeconds: number | null;
  /** HTTP status of `/health`; 0: nothing answered. */
  readonly health: number | null;
  /** HTTP status of `/ready`. */
  readonly ready: number | null;
  /** What it waits for, as `/ready` says. */
  readonly awaited: readonly string[];
  /** What it has to do and how that goes, as `/health` says. */
  readonly work: readonly WorkReport[];
  /** How often systemd started it again by itself. */
  readonly restarts: number;
  /** Processors that it kept busy. */
  readonly cpu: number | null;
  readonly memoryBytes: number | null;
  readonly lastDeploy: LastDeploy | null;
  /** A deploy that was switched and not confirmed yet. */
  readonly pending: PendingDeploy | null;
  readonly lock: { readonly owner: string; readonly reason: string; readonly since: string } | null;
  /** Who listens on its port instead of it. */
  readonly portHolder: string | null;
  /** The last words of a unit that has failed. */
  readonly journal: readonly string[];
  /** Releases on the host that are marked bad. */
  readonly badReleases: readonly string[];
}

/** The last deploy, rollback or return of a service on a host. */
export interface LastDeploy {
  readonly id: string;
  readonly at: string;
  readonly ageSeconds: number;
  readonly by: string;
  readonly action: string;
  readonly result: string;
  readonly release: string;
  readonly reason: string;
}

/** A deploy that waits for its confirmation. */
export interface PendingDeploy {
  readonly id: string;
  readonly by: string;
  readonly release: string;
  /** Until the host goes back by itself; `null` where no timer is armed. */
  readonly returnsInSeconds: number | null;
}
