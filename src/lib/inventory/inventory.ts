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
  readonly tunnels: readonly Tunnel[];
}
