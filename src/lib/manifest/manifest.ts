/**
 * What a service is, as data. From the manifests come units, environment, health gates, port checks and the
 * reference in docs/; adding a service is one folder with such a file and one line in the inventory.
 */

/** One metric that a service exposes. */
export interface MetricSpec {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels?: readonly string[];
  /** Upper bounds of a histogram's buckets, in the metric's own unit. */
  readonly buckets?: readonly number[];
  /** The condition of the alert, as spec'd for operators, e.g. `p95 > 300ms`. */
  readonly alert?: string;
}

/** One value that the inventory may set for a service, and that reaches the process as an environment variable. */
export interface SettingSpec {
  /** The environment variable, e.g. `UNDE_EMBEDDER_QUEUE`. */
  readonly variable: string;
  /** The key under `services.<name>.settings` in the inventory. */
  readonly key: string;
  readonly type: 'string' | 'integer' | 'list';
  readonly default: string | number | readonly string[];
  readonly purpose: string;
  /** The least and the greatest value of an integer. */
  readonly minimum?: number;
  readonly maximum?: number;
}

/** How the gate decides that a newly started service is well. Times are in seconds. */
export interface HealthSpec {
  /** Path that answers for the process (200 as long as it can serve at all). */
  readonly path: string;
  /** Path that answers for its dependencies too; the gate waits for 200 here. */
  readonly ready: string;
  /** How long a start may take before the gate gives up. */
  readonly startSeconds: number;
  /** How long it must stay ready, same process, before the gate believes it. */
  readonly stableSeconds: number;
}

/** Resource limits of the unit, in systemd's own notation. */
export interface LimitSpec {
  readonly memoryMax?: string;
  readonly tasksMax?: number;
  readonly openFiles?: number;
  /** How long the service may take to drain on SIGTERM, in seconds. */
  readonly stopSeconds: number;
  /** How long the event loop may be stuck before systemd restarts the unit, in seconds. */
  readonly watchdogSeconds: number;
}

interface ManifestBase {
  readonly name: string;
  /** One line for `unde inventory show` and the reference. */
  readonly purpose: string;
  /** The TCP port that it listens on. */
  readonly port: number;
  readonly metrics: readonly MetricSpec[];
  readonly settings: readonly SettingSpec[];
}

/** One of ours: a stateless release that is switched, and switched back, by symlink. */
export interface ServiceManifest extends ManifestBase {
  readonly kind: 'service';
  readonly health: HealthSpec;
  readonly limits: LimitSpec;
  /**
   * Worker-thread entry points beside `main.ts`, relative to `src/`; each is bundled flat beside main.js, as
   * `<basename>.js`.
   */
  readonly workers: readonly string[];
  /** npm packages with native code that stay outside the bundle and travel as they are. */
  readonly nativeModules: readonly string[];
  /** Files that the operator brings and that become part of the release, by the name the service opens them with. */
  readonly assets: readonly AssetSpec[];
}

/** A file that the operator brings, such as a model's weights. */
export interface AssetSpec {
  /** The name under `assets/` in the release. */
  readonly name: string;
  /** The key under `services.<name>.assets` in the inventory that holds the path on the operator's machine. */
  readonly key: string;
  readonly purpose: string;
  /** The service does without it where the inventory names no path. */
  readonly optional?: boolean;
}

/** A file that a platform service renders onto a host. */
export interface RenderedFile {
  readonly path: string;
  readonly content: string;
  /** Octal permission bits, e.g. 0o644. */
  readonly mode: number;
}

/** A third-party service: Debian packages, rendered configuration, a rolling strategy. */
export interface PlatformManifest extends ManifestBase {
  readonly kind: 'platform';
  readonly packages: readonly string[];
  /** The systemd unit that the package brings. */
  readonly unit: string;
  readonly rolling: 'independent' | 'quorum' | 'primary-replica';
  /** HTTP path that answers 200 when the service is well; absent where it speaks no HTTP. */
  readonly health: HealthSpec;
  /** Renders the configuration from the settings; a pure function. */
  readonly files: (settings: Readonly<Record<string, string>>) => readonly RenderedFile[];
}

export type Manifest = ServiceManifest | PlatformManifest;
