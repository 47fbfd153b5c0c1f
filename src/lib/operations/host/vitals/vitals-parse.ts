import { UndeError } from '../../../common/error/unde-error.ts';
import { parseDrained } from '../../../fleet/facts/parse.ts';
import { parseUpgrade } from './apt.ts';
import type { Vitals } from './vitals.ts';

/**
 * Reads what {@link vitalsScript} printed.
 *
 * @throws UndeError FACTS_INCOMPLETE when the answer stops before its end.
 */
export function parseVitals(output: string): Vitals {
  const lines = output.split('\n').map((line) => line.split('\t'));
  const rows = (kind: string) => lines.filter(([first]) => first === kind).map((fields) => fields.slice(1));
  const texts = (kind: string) => rows(kind).map(([text = '']) => text);
  const host = rows('host')[0];
  if (host === undefined || rows('end').length === 0) {
    throw new UndeError({
      code: 'FACTS_INCOMPLETE',
      message: 'the host answered, but not with what was asked of it',
      exit: 'unreachable',
      details: output.trim().split('\n').slice(-5),
      hint: 'the host needs bash, systemd and apt; look at what its login prints',
    });
  }
  const [kernel = '', bootId = ''] = host;
  const [now = 0, uptime = 0, memory = 0, available = 0, disk = 0, free = 0] = host.slice(2).map(Number);
  const [osId = '', osVersion = '', osName = ''] = rows('os')[0] ?? [];
  const lists = rows('lists')[0];
  const upgrades = texts('upgrade').flatMap((line) => parseUpgrade(line) ?? []);
  return {
    osId,
    osVersion,
    osName,
    kernel,
    installedKernels: texts('kernel'),
    bootId,
    uptimeSeconds: uptime,
    now,
    rebootRequired: rows('reboot').length > 0,
    rebootPackages: texts('reboot-for'),
    updates:
      lists === undefined
        ? undefined
        : {
            all: upgrades.length,
            security: upgrades.filter(({ security }) => security).length,
            listsAgeSeconds: Math.max(0, Number(lists[0])),
          },
    outdatedUnits: [...new Set(texts('outdated'))].sort(),
    diskTotalBytes: disk * 1024,
    diskAvailableBytes: free * 1024,
    memoryTotalBytes: memory * 1024,
    memoryAvailableBytes: available * 1024,
    ledger: rows('ledger').map((fields) => fields.join('\t')),
    drained: parseDrained(rows('drained')[0]),
    postgres: texts('postgres').find((role) => role === 'primary' || role === 'replica'),
  };
}
