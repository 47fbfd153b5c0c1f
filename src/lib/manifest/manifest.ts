import type { Host, Inventory } from '../inventory/inventory.ts';

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

/** What kind of value a secret is: how it is made, and how it is rotated. */
export type SecretKind =
  /** Made by somebody else, and brought by the operator: a vendor's token. */
  | 'brought'
  /** Random text that the tool makes. */
  | 'password'
  /** `LOGIN:PASSWORD` of a PostgreSQL login role; rotation alternates between the logins `ROLE_a` and `ROLE_b`. */
  | 'database-login'
  /** A WireGuard private key; its public key stands beside it in the store. */
  | 'wireguard-key'
  /** A private key with its certificate (PEM), issued by the fleet's own authority. */
  | 'certificate';

/** A secret that a service holds, or that it checks others by. */
export interface SecretSpec {
  /** Its name in the operators' store: `secrets/<secret>.age`. Lower-case letters, digits and hyphens. */
  readonly secret: string;
  readonly kind: SecretKind;
  /** The row of the credential matrix, as operators call it, e.g. `Ximilar API token`. */
  readonly title: string;
  readonly note?: string;
  /** The credential's name on the host; the secret's own unless told otherwise. */
  readonly credential?: string;
  /**
   * What of it travels to this service: the value, or only what verifies it (then the service is no holder).
   * `scram-sha-256` is `LOGIN SCRAM-SHA-256$…` of a database login; `sha256` the hex digest of the value.
   * A verifier arrives twice while the secret is being rotated: as CREDENTIAL and as `CREDENTIAL.next`.
   */
  readonly form?: 'value' | 'scram-sha-256' | 'sha256';
  /** What makes the service take a new value: `restart` unless told otherwise; with `reload` it serves on. */
  readonly onChange?: 'restart' | 'reload';
  /** For database logins: the role that they are logins of. */
  readonly role?: string;
  /** For what is brought: what a lab takes in its place, where the service minds the form. */
  readonly standIn?: string;
  /** For certificates: the names and addresses that it is valid for, and what it may be used for. */
  readonly certificate?: CertificateSpec;
}

/** What a certificate of the fleet's own authority says. */
export interface CertificateSpec {
  readonly commonName: string;
  /** DNS names. */
  readonly names: readonly string[];
  /** IPv4 addresses. */
  readonly addresses: readonly string[];
  readonly usage: readonly ('server' | 'client')[];
}

/** A database that a service uses, as one role with a login of its own. */
export interface DatabaseUse {
  readonly database: 'production' | 'staging';
  /** The role (NOLOGIN) of sql/<database> that holds the rights, e.g. `embed_batch`. */
  readonly role: string;
  /** The row of the credential matrix. */
  readonly title: string;
  readonly note?: string;
}

/** A Redis that a service uses, as a user of its own. */
export interface RedisUse {
  readonly instance: 'broker' | 'cache';
  readonly user: string;
  /** ACL rules of redis.io/docs/management/security/acl, e.g. `~bull:recognition:* +@all -@dangerous`. */
  readonly rules: string;
  readonly title: string;
  readonly note?: string;
}

/** A condition that somebody must hear of. */
export interface AlertSpec {
  /** CamelCase; `docs/runbooks/<name>.md` is its page. */
  readonly name: string;
  /** The metric of the operators' table that it watches. */
  readonly metric: string;
  /** PromQL that is true when it fires; `$threshold` is replaced by the threshold. */
  readonly expr: string;
  /**
   * The threshold; `thresholds.<metric>` of the inventory overrides it. `null`: off until the inventory sets one.
   * Absent where the expression needs none.
   */
  readonly threshold?: number | null;
  /** How long it must be true, in Prometheus' notation: `5m`. */
  readonly for: string;
  readonly severity: 'critical' | 'warning' | 'info';
  /** One sentence, with Prometheus' templates: `{{ $labels.instance }} …`. */
  readonly summary: string;
  /** How long it goes on firing once it is true no more, in Prometheus' notation. */
  readonly keep?: string;
  /** Whose alert it is, for those who read it: its manifest's, unless it watches the series of every service. */
  readonly about?: 'series';
}

/** A query that is stored under a name: the operators' metric where the exporter calls it otherwise. */
export interface RecordSpec {
  readonly name: string;
  readonly expr: string;
  readonly help: string;
}

/** Where Prometheus finds a service's metrics. */
export interface ScrapeSpec {
  readonly port: number;
  /** `/metrics` unless told otherwise. */
  readonly path?: string;
  readonly scheme?: 'http' | 'https';
  /** Labels that its metrics bring count; else those of the target do, and the others are renamed. */
  readonly honorLabels?: true;
}

/** A scheduled job; it becomes a oneshot unit and a timer. */
export interface JobSpec {
  /** As operators call it, e.g. `cleanup_old_data`. */
  readonly name: string;
  readonly does: string;
  /** systemd.time(7) OnCalendar, without a time zone: the fleet's is added. */
  readonly calendar: string;
  /** One command line for ExecStart; `{{directory}}` is the service's own folder on the host. */
  readonly command: string;
  /** Whom it runs as; root unless told otherwise. `unde-<service>` is the service's own user, with its settings and folder. */
  readonly user?: string;
  readonly timeoutSeconds: number;
  /** RandomizedDelaySec, where moving it does no harm. */
  readonly jitterSeconds?: number;
}

/** Who may connect to a service's port. */
export type ClientSpec =
  /** A service, wherever it is placed, built or not. */
  | { readonly service: string; readonly port?: number; readonly protocol?: 'tcp' | 'udp' }
  /** Every host of the fleet. */
  | { readonly everybody: true; readonly port?: number; readonly protocol?: 'tcp' | 'udp' }
  /** Anybody at all. */
  | { readonly internet: true; readonly port?: number; readonly protocol?: 'tcp' | 'udp' };

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

/** A switch of behaviour that operators turn while the service runs, without a deploy. */
export interface FlagSpec {
  /** Upper-case, e.g. `SEARCH_BACKEND`. */
  readonly name: string;
  readonly type: 'enum' | 'float' | 'int' | 'interval';
  /** For an enum. */
  readonly values?: readonly string[];
  /** Least and greatest value of a number, both allowed; of an interval in milliseconds. */
  readonly range?: readonly [number, number];
  /** In the text that `unde flags set` takes: `conditional`, `0.80`, `24 hours`. */
  readonly default: string;
  /** What an emergency rollback sets it to; absent where it leaves it alone. */
  readonly emergency?: string;
  readonly purpose: string;
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
