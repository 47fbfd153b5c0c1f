import { credentialFile, DRAINED, PAUSED, releaseDirectory, STATE } from '../../common/layout/layout.ts';
import { HOST_PATH, shellScript, type ShellVariables } from '../../common/shell/script.ts';
import { FLAGS } from '../../manifest/flags/file.ts';
import { LEDGER } from '../ledger/entry.ts';
import type { FactsQuery } from './facts.ts';

/** The properties of a unit that matter; {@link parseFacts} knows them by name. */
const UNIT_PROPERTIES =
  'Id,LoadState,ActiveState,SubState,UnitFileState,InvocationID,MainPID,NRestarts,Result,ExecMainStatus,StateChangeTimestamp,MemoryCurrent,CPUUsageNSec';

/**
 * How much of the journal of a unit that has failed is brought home. systemd itself says up to six lines an attempt (how
 * it ended, what it consumed, that it is tried again); before them stand the unit's own words.
 */
const JOURNAL_LINES = 9;

/**
 * The script that collects every fact in one round trip. It needs bash and coreutils, and starts as few processes
 * as it can: thirty hosts on one laptop's lab, and a busy host at 3 a.m., both feel each of them.
 *
 * Its answer is a sequence of records, one a line, fields separated by tabs; text of unknown content travels in
 * base64. {@link parseFacts} reads it.
 */
export function factsScript(query: FactsQuery): string {
  const { services, files, packages, releases } = query;
  return shellScript(
    {
      PATH: HOST_PATH,
      services: services.map(({ name }) => name),
      unit: new Map(services.map(({ name, unit }) => [name, unit])),
      credentials: new Map(services.map(({ name }) => [name, credentialFile(name, '')])),
      ...healthOf(services),
      units: services.flatMap(({ unit, companions = [] }) => [unit, ...companions]),
      unit_properties: UNIT_PROPERTIES,
      journal_lines: JOURNAL_LINES,
      files: files.map(({ path }) => path),
      wanted: new Map(files.map(({ path, sha256 }) => [path, sha256])),
      packages,
      foreign_packages: query.foreignPackages ?? [],
      release_folders: releases.map(({ service, digest }) => releaseDirectory(service, digest)),
      release_blobs: releases.map(({ blobs }) => blobs.join(' ')),
      flag_readers: services.flatMap(({ name, flags }) => (flags === true ? [name] : [])),
      ledger_lines: query.ledgerLines,
      sample_cpu: query.sampleCpu,
      probe_health: query.probeHealth,
      root: STATE,
      paused: PAUSED,
      drained: DRAINED,
      flags_folder: FLAGS,
      owed: `${FLAGS}/owed`,
      locks: '/run/unde/locks',
      ledger_file: LEDGER,
    },
    'lib/common/shell/record.sh',
    'lib/common/shell/http-get.sh',
    'lib/fleet/facts/host-facts.sh',
    'lib/fleet/facts/script.sh',
  );
}

/** How services are asked for their health, and whom else their ports could belong to. */
function healthOf(services: FactsQuery['services']): ShellVariables {
  const ports = services.flatMap(({ name, port }) => (port === undefined ? [] : [{ name, port }]));
  const commands = services.flatMap(({ name, health }) =>
    'command' in health ? [[name, health.command] as const] : [],
  );
  const asked = services.flatMap(({ name, health }) => ('command' in health ? [] : [{ name, ...health }]));
  return {
    health_command: new Map(commands),
    health_path: new Map(asked.map(({ name, path }) => [name, path])),
    ready_path: new Map(asked.map(({ name, ready }) => [name, ready])),
    port: new Map(ports.map(({ name, port }) => [name, port])),
    port_pattern: new Map(ports.map(({ name, port }) => [name, listenPattern(port)])),
  };
}

/** Matches the lines of `/proc/net/tcp` that tell of a socket that listens on a port. */
function listenPattern(port: number): string {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return `^ *[0-9]+: [0-9A-F]+:${hex} [0-9A-F]+:0000 0A`;
}
