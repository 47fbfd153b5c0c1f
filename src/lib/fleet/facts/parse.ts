import { UndeError } from '../../common/error/unde-error.ts';
import type { HealthSpec } from '../../manifest/health.ts';
import type {
  Drained,
  Facts,
  FactsQuery,
  FileFacts,
  HostFacts,
  HttpFacts,
  ServiceFacts,
  UnitFacts,
} from './facts.ts';

type Records = ReadonlyMap<string, readonly (readonly string[])[]>;

/**
 * Reads what {@link factsScript} printed.
 *
 * @throws UndeError FACTS_INCOMPLETE when the answer stops before its end or misses the host's own record.
 */
export function parseFacts(query: FactsQuery, output: string): Facts {
  const records = recordsOf(output);
  const host = records.get('host')?.[0];
  if (host === undefined || !records.has('end')) {
    throw new UndeError({
      code: 'FACTS_INCOMPLETE',
      message: 'the host answered, but not with the facts that were asked for',
      exit: 'unreachable',
      details: output.split('\n').slice(-5),
      hint: 'the host needs bash and systemd; look at what its login prints',
    });
  }
  const units = unitsOf(records);
  return {
    host: { ...hostOf(host, records.get('cpu')), drained: parseDrained(records.get('drained')?.[0]) },
    services: query.services.map((service) => serviceOf(records, service, units)),
    files: query.files.map(({ path }) => fileOf(records, path)),
    packages: Object.fromEntries(
      (records.get('package') ?? []).map(([name = '', version = '']) => [name, version]),
    ),
    packagesNowhere: (records.get('nowhere') ?? []).map(([name = '']) => name),
    missingBlobs: (records.get('missing') ?? []).map(([blob = '']) => blob),
    ledger: (records.get('ledger') ?? []).map((fields) => fields.join('\t')),
    otherServices: (records.get('present') ?? [])
      .map(([name = '']) => name)
      .filter((name) => !query.services.some((service) => service.name === name)),
    flagNotes: (records.get('owed') ?? []).map(([name = '', ...text]) => ({ name, text: text.join('\t') })),
    paused: (records.get('paused') ?? []).map(([name = '']) => name),
  };
}

function recordsOf(output: string): Records {
  const records = new Map<string, string[][]>();
  for (const line of output.split('\n')) {
    const [kind, ...fields] = line.split('\t');
    if (kind === undefined || kind === '') continue;
    const rows = records.get(kind);
    if (rows === undefined) records.set(kind, [fields]);
    else rows.push(fields);
  }
  return records;
}

function hostOf(fields: readonly string[], cpu: readonly (readonly string[])[] | undefined): HostFacts {
  const [hostname = '', os = '', kernel = '', arch = '', bootId = ''] = fields;
  const [now = 0, uptime = 0, cpus = 1, load = 0, total = 0, available = 0, disk = 0, free = 0] = fields
    .slice(5)
    .map(Number);
  return {
    hostname,
    os,
    kernel,
    arch,
    bootId,
    now,
    uptimeSeconds: uptime,
    cpus,
    load1: load,
    cpuBusy: busyShare(cpu),
    memoryTotalBytes: total * 1024,
    memoryAvailableBytes: available * 1024,
    diskTotalBytes: disk * 1024,
    diskAvailableBytes: free * 1024,
  };
}

/** The marker of a drained host; `undefined` where there is none. */
export function parseDrained(fields: readonly string[] | undefined): Drained | undefined {
  if (fields === undefined) return undefined;
  const [at = '', by = '', why = ''] = fields;
  return { at: Number(at), by, why };
}

/** Busy share between two samples of /proc/stat's first line (proc(5): user nice system idle iowait …). */
function busyShare(samples: readonly (readonly string[])[] | undefined): number | undefined {
  const [before, after] = (samples ?? []).map((fields) => fields.slice(1).map(Number));
  if (before === undefined || after === undefined) return undefined;
  const passed = after.map((ticks, index) => ticks - (before[index] ?? 0));
  const all = passed.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0);
  const idle = (passed[3] ?? 0) + (passed[4] ?? 0);
  return all > 0 ? (all - idle) / all : undefined;
}

function unitsOf(records: Records): Map<string, UnitFacts> {
  const units = new Map<string, UnitFacts>();
  let properties: Record<string, string> = {};
  const flush = () => {
    const name = properties['Id'];
    if (name !== undefined) units.set(name, unitOf(name, properties, records));
    properties = {};
  };
  for (const [line = ''] of records.get('unit') ?? []) {
    if (line === '') flush();
    else properties[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1);
  }
  flush();
  return units;
}

function unitOf(name: string, properties: Readonly<Record<string, string>>, records: Records): UnitFacts {
  const resident = countOf((records.get('rss') ?? []).find(([unit]) => unit === name)?.[1]);
  return {
    name,
    load: properties['LoadState'] ?? '',
    active: properties['ActiveState'] ?? '',
    sub: properties['SubState'] ?? '',
    enabled: properties['UnitFileState'] ?? '',
    invocation: properties['InvocationID'] ?? '',
    mainPid: Number(properties['MainPID'] ?? 0),
    restarts: Number(properties['NRestarts'] ?? 0),
    result: properties['Result'] ?? '',
    exitStatus: countOf(properties['ExecMainStatus']),
    since: countOf(properties['StateChangeTimestamp']?.replace('@', '')),
    memoryBytes: countOf(properties['MemoryCurrent']) ?? scaled(resident, 1024),
    cpuSeconds: scaled(countOf(properties['CPUUsageNSec']), 1e-9),
  };
}

/** A number of systemd's; `[not set]` and the largest 64-bit value both mean that there is none. */
function countOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+$/.test(text) || text === '18446744073709551615') return undefined;
  return Number(text);
}

function scaled(count: number | undefined, factor: number): number | undefined {
  return count === undefined ? undefined : count * factor;
}

function serviceOf(
  records: Records,
  service: FactsQuery['services'][number],
  units: ReadonlyMap<string, UnitFacts>,
): ServiceFacts {
  const rows = (kind: string) =>
    (records.get(kind) ?? []).filter(([name]) => name === service.name).map((fields) => fields.slice(1));
  const [digest = '', generation = ''] = rows('service')[0] ?? [];
  const pending = rows('pending')[0];
  const holder = rows('holder')[0];
  return {
    name: service.name,
    digest: digest === '' ? undefined : digest,
    generation: generation === '' ? undefined : generation,
    releases: rows('release').map(([name = '']) => name),
    confirmed: rows('confirmed').map(([id = '', release = '']) => ({ generation: id, digest: release })),
    bad: rows('bad').map(([name = '']) => name),
    pending: pending === undefined ? undefined : pendingOf(pending, Number(records.get('host')?.[0]?.[5])),
    lock: lockOf(rows('lock')[0]),
    unit: units.get(service.unit),
    companions: (service.companions ?? []).flatMap((name) => units.get(name) ?? []),
    secrets: Object.fromEntries(rows('secret').map(([name = '', version = '']) => [name, version])),
    health: httpOf(records, 'health', service.name),
    ready: httpOf(records, hasOneAnswer(service.health) ? 'health' : 'ready', service.name),
    flags: rows('flags')[0]?.join('\t'),
    portHolder:
      holder === undefined || holder[2]?.includes(`/${service.unit}`) ? undefined : holderName(holder),
    cpuCores: coresOf(rows('cores')[0]),
    journal: (records.get('journal') ?? [])
      .filter(([unit]) => unit === service.unit)
      .map((fields) => fields.slice(1).join('\t')),
  };
}

/** Whether one question tells both that the process lives and that it is ready. */
function hasOneAnswer(health: HealthSpec): boolean {
  return 'command' in health || health.path === health.ready;
}

function pendingOf(fields: readonly string[], now: number): ServiceFacts['pending'] {
  const [id = '', generation = '', digest = '', due = '', by = ''] = fields;
  return { id, generation, digest, by, returnsIn: due === '' ? undefined : Math.max(0, Number(due) - now) };
}

function lockOf(fields: readonly string[] | undefined): ServiceFacts['lock'] {
  if (fields === undefined) return undefined;
  const [since = '', owner = '', reason = ''] = fields;
  return { since: Number(since), owner, reason };
}

/** Two samples of a cgroup's CPU time, in microseconds, and of the clock, in seconds. */
function coresOf(fields: readonly string[] | undefined): number | undefined {
  if (fields === undefined) return undefined;
  const [before = 0, after = 0, from = 0, to = 0] = fields.map(Number);
  return to > from && after >= before ? (after - before) / 1e6 / (to - from) : undefined;
}

function httpOf(records: Records, kind: string, service: string): HttpFacts | undefined {
  const row = (records.get('http') ?? []).find(([k, name]) => k === kind && name === service);
  if (row === undefined) return undefined;
  return { status: Number(row[2] ?? 0), body: Buffer.from(row[3] ?? '', 'base64').toString() };
}

function holderName([pid = '', command = '', cgroup = '']: readonly string[]): string {
  const container = /docker[-/]([0-9a-f]{12})/.exec(cgroup)?.[1];
  if (command === 'docker-proxy') return `a Docker container's published port (docker-proxy, pid ${pid})`;
  if (container !== undefined) return `Docker container ${container} (${command}, pid ${pid})`;
  const unit = /([\w@.-]+\.service)/.exec(cgroup)?.[1];
  return `${unit === undefined ? 'process' : `unit ${unit}`} (${command}, pid ${pid})`;
}

function fileOf(records: Records, path: string): FileFacts {
  const field = (kind: string) => (records.get(kind) ?? []).find(([name]) => name === path)?.[1];
  const mode = field('mode');
  const text = field('text');
  return {
    path,
    sha256: field('file'),
    mode: mode === undefined ? undefined : Number.parseInt(mode, 8),
    content: text === undefined ? undefined : Buffer.from(text, 'base64').toString(),
  };
}
