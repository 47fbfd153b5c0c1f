import type { Drained } from '../../../fleet/facts/facts.ts';

/** What a host says of itself as a machine: what an operator who keeps it up to date wants to know. */
export interface Vitals {
  /** `ID` of os-release(5): `debian`, `ubuntu`. */
  readonly osId: string;
  /** `VERSION_ID`: `13`, `24.04`. */
  readonly osVersion: string;
  readonly osName: string;
  /** The kernel that runs. */
  readonly kernel: string;
  /** The kernels under /boot and the running one, oldest first; empty where /boot has none, as in a container. */
  readonly installedKernels: readonly string[];
  /** One id for each start of the kernel. */
  readonly bootId: string;
  readonly uptimeSeconds: number;
  /** The host's clock, seconds since the epoch. */
  readonly now: number;
  /** Whether a package has asked for a restart of the host. */
  readonly rebootRequired: boolean;
  /** The packages that asked for it. */
  readonly rebootPackages: readonly string[];
  readonly updates: PendingUpdates | undefined;
  /** Units with a process that still runs a library which has been replaced since. */
  readonly outdatedUnits: readonly string[];
  readonly diskTotalBytes: number;
  readonly diskAvailableBytes: number;
  readonly memoryTotalBytes: number;
  readonly memoryAvailableBytes: number;
  /** The ledger's last lines, oldest first; raw JSON. */
  readonly ledger: readonly string[];
  readonly drained: Drained | undefined;
  /** What the host's PostgreSQL is; `undefined` where it has none. */
  readonly postgres: 'primary' | 'replica' | undefined;
}

/** Packages that apt would renew, by the lists that the host has. */
export interface PendingUpdates {
  readonly all: number;
  readonly security: number;
  /** How old the host's package lists are. */
  readonly listsAgeSeconds: number;
}
