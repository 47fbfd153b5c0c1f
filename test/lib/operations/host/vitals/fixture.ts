import type { Vitals } from '../../../../../src/lib/operations/host/vitals/vitals.ts';

/** The moment of all fixtures, in seconds since the epoch: 2026-03-01 12:00:00 UTC. */
export const NOW = Date.UTC(2026, 2, 1, 12) / 1000;

/** Vitals of a host that needs nothing; parts of them are replaced. */
export function vitals(parts: Partial<Vitals> = {}): Vitals {
  return {
    osId: 'debian',
    osVersion: '13',
    osName: 'Debian GNU/Linux 13 (trixie)',
    kernel: '6.12.43+deb13-amd64',
    installedKernels: ['6.12.43+deb13-amd64'],
    bootId: 'boot-1',
    uptimeSeconds: 86_400,
    now: NOW,
    rebootRequired: false,
    rebootPackages: [],
    updates: { all: 0, security: 0, listsAgeSeconds: 3600 },
    outdatedUnits: [],
    diskTotalBytes: 100e9,
    diskAvailableBytes: 60e9,
    memoryTotalBytes: 8e9,
    memoryAvailableBytes: 6e9,
    ledger: [],
    drained: undefined,
    postgres: undefined,
    ...parts,
  };
}
