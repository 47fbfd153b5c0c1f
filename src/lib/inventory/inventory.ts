/** How SSH reaches a host. */
export interface SshSettings {
  readonly user: string;
  readonly port: number;
  /** A private key on the operator's machine; without it the agent and the usual keys are tried. */
  readonly identityFile?: string;
  /** The name of a host of the inventory to go through. */
  readonly jump?: string;
  /** The whole connection's deadline in seconds. */
  readonly timeoutSeconds: number;
}

/** One server. */
export interface Host {
  /** The description's own id, e.g. `H20`. */
  readonly id: string;
  readonly name: string;
  readonly site: string;
  /** IPv4 address inside the site's network. */
  readonly address: string;
  readonly status: 'running' | 'deployed' | 'create';
  /** The deployment phase that builds it: 1 is Helsinki, 2 is local, 3 is shards by metric. */
  readonly phase: number;
  readonly task: string;
  /** Names of the services placed here, those of every host of the fleet included. */
  readonly services: readonly string[];
  readonly vcpu?: number;
  readonly ramGb?: number;
  readonly type?: string;
  readonly eurMonth?: number;
  /** Kind of disk, as the operator calls it. */
  readonly storage?: string;
  /** `vm.nr_hugepages`: pages of 2 MB. */
  readonly hugePages?: number;
  /** Older names under which something else uses this address. */
  readonly also?: readonly string[];
  readonly ssh: SshSettings;
  /** Hosts of the inventory that are declared to be the same machine as this one. */
  readonly colocatedWith: readonly string[];
  /** Per-host overrides of service settings, by service and key. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Line of inventory.yaml where the host stands. */
  readonly line: number;
}

/** One of the two places. */
export interface Site {
  readonly name: string;
  readonly network: string;
  readonly note: string;
  /** The largest machine that can be had there. */
  readonly largestHost?: { readonly vcpu: number; readonly ramGb: number };
}

/** What the inventory says of a service for the whole fleet. */
export interface ServiceSettings {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Paths on the operator's machine, by asset key; relative to the inventory's folder. */
  readonly assets: Readonly<Record<string, string>>;
}

/** A WireGuard tunnel between a local host and helsinki-gw. */
export interface Tunnel {
  readonly host: string;
  readonly interface: string;
  readonly local: string;
  readonly helsinki: string;
  readonly use: string;
}

/** A service that is placed but not built yet. */
export interface PlannedService {
  readonly port?: number;
  readonly protocol: 'tcp' | 'udp';
  /** Whom firewalls let through to its port until its manifest says who. */
  readonly open: 'fleet' | 'internet';
}

/** Somebody who runs the fleet. */
export interface SshOperator {
  readonly name: string;
  /** Public keys as OpenSSH writes them: type, key and comment. */
  readonly sshKeys: readonly string[];
}

/** The S3-compatible storage that services use, and somebody else runs. */
interface ObjectStorage {
  /** Host name of the service. */
  readonly endpoint: string;
  /** By name; a private one cannot be read without a key. */
  readonly buckets: Readonly<Record<string, { readonly private: boolean; readonly use: string }>>;
}

/** The fleet: where everything runs. */
export interface Inventory {
  /** Absolute path of the file. */
  readonly file: string;
  /** IANA name; every time that the tool prints is in it. */
  readonly timeZone: string;
  readonly sites: readonly Site[];
  readonly hosts: readonly Host[];
  /** Group name to host names. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly services: Readonly<Record<string, ServiceSettings>>;
  readonly planned: Readonly<Record<string, PlannedService>>;
  readonly tunnels: readonly Tunnel[];
  /** Who may log in; empty where the file leaves that to the hosts. */
  readonly operators: readonly SshOperator[];
  /** Majorities, by name. */
  readonly quorums: Readonly<Record<string, Quorum>>;
  readonly objectStorage?: ObjectStorage;
  /** Alert thresholds by metric, over those of the manifests; `null` turns a metric's alerts off. */
  readonly thresholds: Readonly<Record<string, number | null>>;
}

/** A majority that the loss of a site must not take. */
interface Quorum {
  /** The group whose hosts vote. */
  readonly members: string;
  /** Sites, each of which may be lost on its own. */
  readonly survives: readonly string[];
}

/** A job queue on a Redis. */
interface Queue {
  /** The host whose Redis holds it. */
  readonly host: string;
  /** Hosts that wait for it. */
  readonly users: readonly string[];
}

/** How many users the fleet is to carry with how many shards. */
interface Growth {
  readonly usersPerShard: number;
  readonly stages: readonly { readonly name: string; readonly shards: number; readonly users: number }[];
}

/** What another document says of a subject of this file. */
export interface Claim {
  /** The document, e.g. `network chapter`. */
  readonly source: string;
  /** A host, a queue, or `thresholds`. */
  readonly subject: string;
  /** The key as the file writes it, e.g. `ram_gb`. */
  readonly key: string;
  readonly says: string | number | boolean;
}

/** All that inventory.yaml says: the fleet, and what only `unde inventory check` and listings read. */
export interface InventoryFile extends Inventory {
  readonly queues: Readonly<Record<string, Queue>>;
  readonly growth?: Growth;
  /** Prometheus' hand-written targets, `address:port`, by site; `undefined` where the file has none. */
  readonly scrape?: Readonly<Record<string, readonly string[]>>;
  readonly claims: readonly Claim[];
  /** Line of each key and list item, by its path joined with `/`, e.g. `sites/local/hosts/local-app/address`. */
  readonly lines: Readonly<Record<string, number>>;
}
