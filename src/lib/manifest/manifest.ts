import type { Host, Inventory } from '../inventory/inventory.ts';
import type { AlertSpec, RecordSpec, ScrapeSpec } from './alert.ts';
import type { ClientSpec } from './client.ts';
import type { FlagSpec } from './flag.ts';
import type { HealthSpec, HttpHealth } from './health.ts';
import type { JobSpec } from './job.ts';
import type { MetricSpec } from './metric.ts';
import type { RenderedFile } from './rendered-file.ts';
import type { SecretSpec } from './secret.ts';
import type { AssetSpec, LimitSpec, SettingSpec } from './setting.ts';
import type { DatabaseUse, RedisUse } from './store-use.ts';

/**
 * What a service is, as data. From the manifests come units, environment, health gates, port checks and the
 * reference in docs/; adding a service is one folder with such a file and one line in the inventory.
 */

/**
 * What a manifest may look at when it renders: one host, its service's settings there, and the fleet around it. All of
 * it is data; a renderer asks nothing else.
 */
export interface RenderScope {
  readonly host: Host;
  /** This service's settings on this host as text by key, defaults filled in. */
  readonly settings: Readonly<Record<string, string>>;
  readonly inventory: Inventory;
  /** The hosts that there are in this context, in the order of the inventory; in a lab, those that were booted. */
  readonly hosts: readonly Host[];
  /** Everything that is built. */
  readonly manifests: readonly Manifest[];
  /** The address under which other hosts of this fleet reach a host; a lab has addresses of its own. */
  readonly addressOf: (host: Host) => string;
  /** The hosts (of {@link hosts}) that a service is placed on, built or not. */
  readonly placementsOf: (service: string) => readonly Host[];
  /** A built service's settings on a host. */
  readonly settingsOf: (host: Host, service: string) => Readonly<Record<string, string>>;
  /**
   * What of a secret is public: a WireGuard public key, a certificate (PEM); `undefined` while the secret does not
   * exist. `authority` names the fleet's own CA certificate.
   */
  readonly publicPart: (secret: string) => string | undefined;
  readonly context: 'lab' | 'production';
  /** Where the object storage is, `https://hel1.your-objectstorage.com`; `undefined` where this fleet has none. */
  readonly objectStorage: string | undefined;
}

/** Data, or data that depends on where it stands. */
export type PerHost<T> = T | ((scope: RenderScope) => T);

interface ManifestBase {
  readonly name: string;
  /** One line for `unde inventory show` and the reference. */
  readonly purpose: string;
  /** The TCP port that it listens on; absent where it listens on none. */
  readonly port?: number;
  readonly health: HealthSpec;
  readonly metrics: readonly MetricSpec[];
  readonly settings: readonly SettingSpec[];
  /** Secrets that it needs, besides those of its databases and Redis users. */
  readonly secrets?: PerHost<readonly SecretSpec[]>;
  readonly databases?: readonly DatabaseUse[];
  readonly redis?: readonly RedisUse[];
  /** Who may connect to it, besides Prometheus to {@link scrape}, and itself. */
  readonly clients?: PerHost<readonly ClientSpec[]>;
  /** Absent: its own port where it has metrics. */
  readonly scrape?: PerHost<readonly ScrapeSpec[]>;
  readonly alerts?: readonly AlertSpec[];
  readonly records?: readonly RecordSpec[];
  readonly jobs?: PerHost<readonly JobSpec[]>;
  /** The flags that it reads. */
  readonly flags?: readonly FlagSpec[];
  /** Services that are deployed before it where one command deploys both. */
  readonly after?: readonly string[];
  /** What everything else on a host stands on: it is deployed before all of it. */
  readonly foundation?: true;
}

/** One of ours: a stateless release that is switched, and switched back, by symlink. */
export interface ServiceManifest extends ManifestBase {
  readonly kind: 'service';
  readonly port: number;
  readonly health: HttpHealth;
  readonly limits: LimitSpec;
  /** Environment variables that follow from the fleet: where its databases are, say. */
  readonly environment?: (scope: RenderScope) => Readonly<Record<string, string>>;
  /**
   * Worker-thread entry points beside `main.ts`, relative to `src/`; each is bundled flat beside main.js, as
   * `<basename>.js`.
   */
  readonly workers: readonly string[];
  /** Entry points of programs that its jobs run, relative to `src/`; bundled as {@link workers} are. */
  readonly programs?: readonly string[];
  /** npm packages with native code that stay outside the bundle and travel as they are. */
  readonly nativeModules: readonly string[];
  /** Files that the operator brings and that become part of the release, by the name the service opens them with. */
  readonly assets: readonly AssetSpec[];
}

/** A third-party service: Debian packages, rendered configuration, a rolling strategy. */
export interface PlatformManifest extends ManifestBase {
  readonly kind: 'platform';
  readonly packages: readonly string[];
  /**
   * Where packages come from that no Debian archive has: what an operator does so that apt finds them. Without it a
   * deploy is refused; a lab, which has no way out, leaves the service out.
   */
  readonly packageSource?: string;
  /** What an operator should know where apt does not find the packages, though one of the systems has them. */
  readonly packageHint?: string;
  /** The systemd unit that the package brings, or that it renders itself. */
  readonly unit: string;
  /**
   * How it rolls: `independent` in growing batches; the others one host at a time, and hosts that were confirmed stay
   * when a later one fails, since nothing stateful is undone on its own.
   */
  readonly rolling: 'independent' | 'quorum' | 'primary-replica';
  /** Further units that run beside it (timers, say): enabled, started, and restarted with it. */
  readonly companions?: PerHost<readonly string[]>;
  /** Renders the configuration; a pure function, without secrets: scripts on the host read those from credentials. */
  readonly files: (scope: RenderScope) => readonly RenderedFile[];
}

export type Manifest = ServiceManifest | PlatformManifest;
