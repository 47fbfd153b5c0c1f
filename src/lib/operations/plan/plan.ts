import type { Facts, FileFacts, ServiceFacts } from '../../fleet/facts/facts.ts';
import { shortDigest } from '../../desired/release/release.ts';
import { sha256 } from '../../common/text/digest.ts';
import type { DesiredService } from '../../desired/service.ts';
import { unifiedDiff } from './diff.ts';

/** A preview knows three answers; "probably" is not one of them. */
export type PlanState = 'change' | 'no change' | 'unknown';

/** One thing on a host that would change. */
export interface Change {
  readonly resource: 'release' | 'file' | 'package' | 'unit' | 'secret' | 'deploy';
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** For files: the unified diff. */
  readonly diff?: readonly string[];
}

/** What would happen to one service on one host. */
export interface ServicePlan {
  readonly host: string;
  readonly service: string;
  readonly state: PlanState;
  readonly changes: readonly Change[];
  /** What the changes ask of the unit: with `reload` it serves on. */
  readonly effect: 'restart' | 'reload' | 'none';
  /** Why it is unknown. */
  readonly why?: string;
  /** What the plan would make. */
  readonly generation: string;
  readonly digest: string;
  /**
   * SHA-256 over everything that was observed and that the plan depends on: `unde apply` compares it with the host
   * as it is then.
   */
  readonly fingerprint: string;
}

/** Compares what a host has with what it should have; a pure function. */
export function planService(host: string, desired: DesiredService, facts: Facts): ServicePlan {
  const service = serviceFacts(facts, desired.service);
  const changes = [
    ...deployChanges(service),
    ...packageChanges(desired, facts),
    ...releaseChanges(desired, service),
    ...fileChanges(desired, facts),
    ...secretChanges(desired, service),
    ...unitChanges(desired, service, facts.paused ?? []),
  ];
  // A third-party service that stands as rendered, but was not put there by a deploy, still lacks its record.
  if (changes.length === 0 && service.generation !== desired.generation) {
    changes.push({
      resource: 'deploy',
      name: desired.service,
      from: `generation ${shortDigest(service.generation)}`,
      to: shortDigest(desired.generation),
    });
  }
  return {
    host,
    service: desired.service,
    state: changes.length > 0 ? 'change' : 'no change',
    changes,
    effect: effectOf(desired, changes),
    generation: desired.generation,
    digest: desired.digest,
    fingerprint: fingerprintOf(desired, facts, service),
  };
}

/** The plan for a host that could not be asked. */
export function unknownPlan(host: string, desired: DesiredService, why: string): ServicePlan {
  return {
    host,
    service: desired.service,
    state: 'unknown',
    changes: [],
    effect: 'none',
    why,
    generation: desired.generation,
    digest: desired.digest,
    fingerprint: '',
  };
}

/** A service's facts, which a query for it always brings. */
export function serviceFacts(facts: Facts, name: string): ServiceFacts {
  const found = facts.services.find((service) => service.name === name);
  if (found === undefined) throw new Error(`the facts were not asked about ${name}`);
  return found;
}

function deployChanges({ pending }: ServiceFacts): Change[] {
  if (pending === undefined) return [];
  const way =
    pending.returnsIn === undefined
      ? 'and has no timer'
      : `goes back by itself in ${Math.round(pending.returnsIn)} s`;
  return [
    {
      resource: 'deploy',
      name: pending.id,
      from: `switched to ${shortDigest(pending.digest)} by ${pending.by}, never confirmed, ${way}`,
      to: 'returned first',
    },
  ];
}

function packageChanges(desired: DesiredService, facts: Facts): Change[] {
  return desired.packages
    .filter((name) => facts.packages[name] === undefined)
    .map((name) => ({ resource: 'package', name, from: 'absent', to: 'installed' }));
}

function releaseChanges(desired: DesiredService, service: ServiceFacts): Change[] {
  const change: Change = {
    resource: 'release',
    name: desired.service,
    from: service.digest === undefined ? 'none' : shortDigest(service.digest),
    to: shortDigest(desired.digest),
  };
  if (desired.release === undefined) return [];
  if (service.digest !== desired.digest) return [change];
  // The link is right, but what it points at was deleted.
  return service.releases.includes(desired.digest) ? [] : [{ ...change, from: 'deleted' }];
}

function fileChanges(desired: DesiredService, facts: Facts): Change[] {
  return desired.files.flatMap((file): Change[] => {
    const there = facts.files.find(({ path }) => path === file.path);
    const same = there?.sha256 === sha256(file.content);
    if (same && there?.mode === file.mode) return [];
    return [
      {
        resource: 'file',
        name: file.path,
        from: describeFile(there),
        to: `mode ${file.mode.toString(8)}`,
        diff: same ? [] : unifiedDiff(there?.content, file.content),
      },
    ];
  });
}

function describeFile(file: FileFacts | undefined): string {
  return file?.sha256 === undefined ? 'absent' : `mode ${(file.mode ?? 0).toString(8)}`;
}

/** Versions are compared, never values: a plan is made without decrypting anything. */
function secretChanges(desired: DesiredService, { secrets: placed = {} }: ServiceFacts): Change[] {
  const wanted = desired.secrets.flatMap(({ credential, version }): Change[] => {
    const there = placed[credential];
    if (version !== undefined && version === there) return [];
    const from = there === undefined ? 'absent' : placedVersion(there);
    const to = version === undefined ? 'to be made' : `version ${version}`;
    return [{ resource: 'secret', name: credential, from, to }];
  });
  const left = Object.entries(placed)
    .filter(([name]) => !desired.secrets.some(({ credential }) => credential === name))
    .map(([name, version]): Change => ({
      resource: 'secret',
      name,
      from: placedVersion(version),
      to: 'taken away',
    }));
  return [...wanted, ...left];
}

function placedVersion(text: string): string {
  return text.startsWith('gone') ? text : `version ${text.replace(' not', ', not')}`;
}

/** Credentials that a service takes over while it runs need no restart, as long as nothing else changes. */
function effectOf(desired: DesiredService, changes: readonly Change[]): ServicePlan['effect'] {
  if (changes.length === 0) return 'none';
  const gentle = (change: Change) =>
    change.resource === 'secret' &&
    desired.secrets.every(
      ({ credential, onChange }) =>
        onChange === 'reload' || (credential !== change.name && !change.name.startsWith(`${credential}.`)),
    );
  return changes.every(gentle) && desired.secrets.some(({ onChange }) => onChange === 'reload')
    ? 'reload'
    : 'restart';
}

function companionChanges(
  desired: DesiredService,
  { companions = [] }: ServiceFacts,
  paused: readonly string[],
): Change[] {
  return desired.companions.flatMap((name): Change[] => {
    const unit = companions.find((each) => each.name === name);
    if (unit?.enabled === 'enabled' && (unit.active === 'active' || paused.includes(name))) return [];
    const from = unit === undefined || unit.load === 'not-found' ? 'absent' : unit.active;
    return [
      {
        resource: 'unit',
        name,
        from: unit?.enabled === 'enabled' ? from : `${from}, not enabled`,
        to: 'active',
      },
    ];
  });
}

function unitChanges(desired: DesiredService, service: ServiceFacts, paused: readonly string[]): Change[] {
  const { unit } = service;
  const changes = companionChanges(desired, service, paused);
  if (unit?.active !== 'active') {
    const from =
      unit === undefined || unit.load === 'not-found' ? 'absent' : `${unit.active} (${unit.result})`;
    changes.push({ resource: 'unit', name: desired.unit, from, to: 'active' });
  }
  if (unit?.enabled !== 'enabled') {
    changes.push({
      resource: 'unit',
      name: desired.unit,
      from: unit?.enabled || 'not enabled',
      to: 'enabled',
    });
  }
  return changes;
}

function fingerprintOf(desired: DesiredService, facts: Facts, service: ServiceFacts): string {
  return sha256(
    JSON.stringify([
      service.digest ?? '',
      service.generation ?? '',
      service.pending?.id ?? '',
      service.unit?.active ?? '',
      service.unit?.enabled ?? '',
      ...(desired.secrets.length === 0
        ? []
        : [
            service.secrets ?? {},
            desired.secrets.map(({ credential, version }) => [credential, version ?? '']),
          ]),
      ...(service.companions ?? []).map((unit) => [unit.name, unit.active, unit.enabled]),
      desired.files.map(({ path }) => {
        const file = facts.files.find((candidate) => candidate.path === path);
        return [path, file?.sha256 ?? '', file?.mode ?? 0];
      }),
      desired.packages.map((name) => [name, facts.packages[name] ?? '']),
    ]),
  );
}
