import type { HealthSpec } from '../../manifest/health.ts';

/** What systemd says of a unit. Times are seconds since the epoch. */
export interface UnitFacts {
  readonly name: string;
  /** `loaded`, `not-found`, `masked` … */
  readonly load: string;
  /** `active`, `activating`, `failed`, `inactive` … */
  readonly active: string;
  readonly sub: string;
  /** `enabled`, `disabled`, `static` or empty. */
  readonly enabled: string;
  /** One id for each start of the unit; empty when it never ran. */
  readonly invocation: string;
  readonly mainPid: number;
  readonly restarts: number;
  /** How the last run ended: `success`, `exit-code`, `signal`, `watchdog` … */
  readonly result: string;
  /** Exit status, or number of the signal, of the last run. */
  readonly exitStatus?: number | undefined;
  readonly since: number | undefined;
  /**
   * Bytes. Where the kernel does not account them, what the main process has resident, if health was asked for; else
   * undefined.
   */
  readonly memoryBytes: number | undefined;
  /** CPU seconds since the unit started. */
  readonly cpuSeconds: number | undefined;
}

/** A managed file as it stands on the host. */
export interface FileFacts {
  readonly path: string;
  /** `undefined`: there is no such file. */
  readonly sha256: string | undefined;
  readonly mode: number | undefined;
  /** Its text, where it differs from what was asked for. */
  readonly content: string | undefined;
}

/** What a service answered on one of its HTTP paths, asked on the host itself. */
export interface HttpFacts {
  /** 0: nothing answered. */
  readonly status: number;
  readonly body: string;
}

/** A deploy that was switched but never confirmed: its operator, or the link, died. */
export interface PendingFacts {
  readonly id: string;
  readonly by: string;
  readonly digest: string;
  readonly generation: string;
  /** Seconds until the host returns to what it ran before; undefined when no timer is armed. */
  readonly returnsIn: number | undefined;
}

/** Who holds a service's lease on a host. */
export interface LockFacts {
  readonly owner: string;
  readonly reason: string;
  readonly since: number;
}

/** What a host says of one service. */
export interface ServiceFacts {
  readonly name: string;
  /** Digest of the release that `current` points at. */
  readonly digest: string | undefined;
  /** Id of the generation in force. */
  readonly generation: string | undefined;
  /** Digests of the releases that are on the host. */
  readonly releases: readonly string[];
  /** Generations that passed their gate, oldest first, with the digest that each runs. */
  readonly confirmed: readonly { readonly generation: string; readonly digest: string }[];
  /** Digests marked bad. */
  readonly bad: readonly string[];
  readonly pending: PendingFacts | undefined;
  readonly lock: LockFacts | undefined;
  readonly unit: UnitFacts | undefined;
  /** The further units that run beside it, as far as there are any. */
  readonly companions?: readonly UnitFacts[];
  /**
   * The version of each credential that was placed for it, by the credential's name; followed by `not taken over` until
   * the service runs with it.
   */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly health: HttpFacts | undefined;
  readonly ready: HttpFacts | undefined;
  /** Who listens on the service's port while its own unit does not run. */
  readonly portHolder: string | undefined;
  /** Processors that it kept busy while the facts were collected; only when sampled. */
  readonly cpuCores?: number | undefined;
  /** The text of its file of flags; absent where there is none, or it reads none. */
  readonly flags?: string | undefined;
  /** The last journal lines of a unit that has failed; only where health is asked for. */
  readonly journal?: readonly string[];
}

/** A host that an operator has taken out of work. */
export interface Drained {
  /** Seconds since the epoch. */
  readonly at: number;
  /** user@machine */
  readonly by: string;
  readonly why: string;
}

/** What a host says of itself. */
export interface HostFacts {
  readonly hostname: string;
  readonly os: string;
  readonly kernel: string;
  readonly arch: string;
  readonly bootId: string;
  /** The host's clock, seconds since the epoch. */
  readonly now: number;
  readonly uptimeSeconds: number;
  readonly cpus: number;
  /** Load average over one minute. */
  readonly load1: number;
  /** Share of busy processor time while the facts were collected, 0 to 1; only when sampled. */
  readonly cpuBusy: number | undefined;
  readonly memoryTotalBytes: number;
  readonly memoryAvailableBytes: number;
  readonly diskTotalBytes: number;
  readonly diskAvailableBytes: number;
  readonly drained?: Drained | undefined;
}

/** Everything that one round trip brings home from a host. */
export interface Facts {
  readonly host: HostFacts;
  readonly services: readonly ServiceFacts[];
  readonly files: readonly FileFacts[];
  /** Debian package name to installed version; absent packages are missing. */
  readonly packages: Readonly<Record<string, string>>;
  /** Of the packages from elsewhere, those that none of the host's apt sources has. */
  readonly packagesNowhere?: readonly string[];
  /** Of the blobs that were asked about, those that the host lacks. */
  readonly missingBlobs: readonly string[];
  /** The ledger's last lines, oldest first; raw JSON. */
  readonly ledger: readonly string[];
  /** Folders of services on the host that nothing asked about. */
  readonly otherServices: readonly string[];
  /** What the host remembers of changes of flags that others have missed: files by name. */
  readonly flagNotes?: readonly { readonly name: string; readonly text: string }[];
  /** Timers that an operator has paused: deploys leave them stopped. */
  readonly paused?: readonly string[];
}

/** What to look at on a host. */
export interface FactsQuery {
  readonly services: readonly {
    readonly name: string;
    readonly unit: string;
    /** Absent where it listens on none. */
    readonly port?: number | undefined;
    readonly health: HealthSpec;
    readonly companions?: readonly string[];
    /** Whether it reads flags. */
    readonly flags?: boolean;
  }[];
  /** Managed files, with the digest that they should have: text comes back only where it differs. */
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  readonly packages: readonly string[];
  /** Packages that no Debian archive has: whether the host's apt sources have them is asked as well. */
  readonly foreignPackages?: readonly string[];
  /** Releases whose blobs are looked up in the store unless the release is there already. */
  readonly releases: readonly {
    readonly service: string;
    readonly digest: string;
    readonly blobs: readonly string[];
  }[];
  /** How many of the ledger's last lines to bring. */
  readonly ledgerLines: number;
  /** Whether to measure how busy the processors are, which takes 200 ms. */
  readonly sampleCpu: boolean;
  /** Whether to ask the services for their health over HTTP. */
  readonly probeHealth: boolean;
}
