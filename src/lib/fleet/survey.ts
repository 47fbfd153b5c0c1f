import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import { standInDirectory } from '../context/directories.ts';
import { UndeError } from '../error/unde-error.ts';
import type { Facts, FactsQuery } from '../facts/facts.ts';
import { parseFacts } from '../facts/parse.ts';
import { factsScript } from '../facts/script.ts';
import { bashCommand } from '../host/shell.ts';
import type { Host } from '../inventory/inventory.ts';
import type { Placement } from '../inventory/selector.ts';
import { settingsFor } from '../inventory/settings.ts';
import type { Catalog } from '../manifest/catalog.ts';
import { desiredService, type DesiredService } from '../plan/desired.ts';
import { sha256 } from '../release/digest.ts';
import { buildRelease } from '../release/build.ts';
import { blobKey, type Release } from '../release/release.ts';
import { packageRoot } from '../release/source.ts';
import { connect, unreachable } from '../ssh/connect.ts';
import type { Connection } from '../ssh/connection.ts';
import type { Fleet } from './fleet.ts';

/** At most so many hosts are talked to at once. */
export const MAX_IN_FLIGHT = 32;

/** A host and what should be on it. */
export interface Assignment {
  readonly host: Host;
  readonly desired: readonly DesiredService[];
}

/** What came back from a host: its facts over a connection that stays open, or why not. */
export type Survey =
  | { readonly assignment: Assignment; readonly connection: Connection; readonly facts: Facts }
  | { readonly assignment: Assignment; readonly error: UndeError };

/** The placements of a selection that this context has and that can be deployed, and those left out. */
export interface Scope {
  readonly placements: readonly Placement[];
  /** Placed, but no such service is built. */
  readonly notBuilt: readonly Placement[];
  /** On hosts that this context does not have. */
  readonly elsewhere: readonly Placement[];
}

/**
 * Sorts a selection's placements by whether they can be acted on here.
 *
 * @throws UndeError NOTHING_DEPLOYABLE when none can.
 */
export function scopeOf(fleet: Fleet, placements: readonly Placement[], catalog: Catalog): Scope {
  const present = new Set(fleet.hosts.map((host) => host.name));
  const elsewhere = placements.filter(({ host }) => !present.has(host.name));
  const here = placements.filter(({ host }) => present.has(host.name));
  const scope: Scope = {
    placements: here.filter(({ service }) => catalog.has(service)),
    notBuilt: here.filter(({ service }) => !catalog.has(service)),
    elsewhere,
  };
  if (scope.placements.length > 0) return scope;
  const names = (list: readonly Placement[]) =>
    [...new Set(list.map(({ service, host }) => `${service} on ${host.name}`))].slice(0, 6).join(', ');
  throw new UndeError({
    code: 'NOTHING_DEPLOYABLE',
    message:
      scope.notBuilt.length > 0
        ? `no service of the selection is built yet: ${names(scope.notBuilt)}`
        : `the lab has none of the selection's hosts: ${names(elsewhere)}`,
    exit: 'usage',
    hint:
      scope.notBuilt.length > 0
        ? `unde services lists what can be deployed; host:${scope.notBuilt[0]?.host.name} selects everything on that host`
        : `unde lab up ${[...new Set(elsewhere.map(({ host }) => host.name))].slice(0, 3).join(',')}`,
  });
}

/**
 * Renders what every host of a scope should have; each service's release is built once.
 *
 * @param build Whether to build releases; commands that only look, or that move what is on the hosts already, do not.
 */
export async function assignmentsOf(
  fleet: Fleet,
  placements: readonly Placement[],
  catalog: Catalog,
  build = true,
): Promise<Assignment[]> {
  const template = await readFile(path.join(packageRoot(), 'systemd', 'service.unit'), 'utf8');
  const releases = new Map<string, Promise<Release | undefined>>();
  const release = (service: string) => {
    let known = releases.get(service);
    if (known === undefined) {
      known = build ? releaseOf(fleet, service, catalog) : Promise.resolve(undefined);
      releases.set(service, known);
    }
    return known;
  };
  const byHost = new Map<Host, DesiredService[]>();
  for (const { host, service } of placements) {
    const manifest = await catalog.manifest(service);
    const settings = settingsFor(fleet.inventory, host, service);
    const list = byHost.get(host) ?? [];
    list.push(desiredService(manifest, settings, template, await release(service)));
    byHost.set(host, list);
  }
  return [...byHost].map(([host, desired]) => ({ host, desired }));
}

async function releaseOf(fleet: Fleet, service: string, catalog: Catalog): Promise<Release | undefined> {
  const manifest = await catalog.manifest(service);
  if (manifest.kind !== 'service') return undefined;
  const base = path.dirname(fleet.inventory.file);
  const named = fleet.inventory.services[service]?.assets ?? {};
  const assets = manifest.assets.map(({ key, name, optional }) => {
    const file = named[key] === undefined ? undefined : path.resolve(base, named[key]);
    const standIn = path.join(standInDirectory(), name);
    const useStandIn =
      fleet.context.name === 'lab' && !(file !== undefined && existsSync(file)) && existsSync(standIn);
    return { key, optional, useStandIn, file: useStandIn ? standIn : file };
  });
  // What an operator adds to the real file, such as its golden vector, says nothing of a stand-in for it.
  const realOnly = assets.some(({ useStandIn }) => useStandIn);
  return buildRelease(
    { manifest, directory: catalog.directory(service) },
    Object.fromEntries(
      assets.flatMap(({ key, optional, file }) =>
        file === undefined || (optional === true && realOnly) ? [] : [[key, file]],
      ),
    ),
  );
}

/** What to ask a host about its assignment. */
export function factsQuery(
  assignment: Assignment,
  options: Partial<Pick<FactsQuery, 'ledgerLines' | 'sampleCpu' | 'probeHealth'>> = {},
): FactsQuery {
  const { desired } = assignment;
  return {
    services: desired.map(({ service, unit, port, health }) => ({
      name: service,
      unit,
      port,
      healthPath: health.path,
      readyPath: health.ready,
    })),
    files: desired.flatMap(({ files }) =>
      files.map((file) => ({ path: file.path, sha256: sha256(file.content) })),
    ),
    packages: desired.flatMap(({ packages }) => packages),
    releases: desired.flatMap(({ service, release }) =>
      release === undefined
        ? []
        : [{ service, digest: release.digest, blobs: [...new Set(release.files.map(blobKey))] }],
    ),
    ledgerLines: 0,
    sampleCpu: false,
    probeHealth: false,
    ...options,
  };
}

/** Asks one host over a connection that is open. */
export async function collectFacts(
  connection: Connection,
  query: FactsQuery,
  user: string,
  timeoutMs: number,
): Promise<Facts> {
  const result = await connection.exec(bashCommand('source /dev/stdin', user), {
    stdin: factsScript(query),
    timeoutMs,
  });
  try {
    return parseFacts(query, result.stdout);
  } catch (error) {
    if (!(error instanceof UndeError)) throw error;
    throw new UndeError({
      code: error.code,
      message: error.message,
      exit: error.exit,
      where: { host: connection.host },
      details: [...error.details, ...result.stderr.trim().split('\n').slice(-5)],
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

/** How long a host may take to say what it has, once connected, in milliseconds. */
const FACTS_TIMEOUT_MS = 20_000;

/** Connects to every host of the assignments at once and brings their facts; no host waits for another. */
export async function surveyFleet(
  fleet: Fleet,
  assignments: readonly Assignment[],
  options: Partial<Pick<FactsQuery, 'ledgerLines' | 'sampleCpu' | 'probeHealth'>> = {},
): Promise<Survey[]> {
  const limit = pLimit(MAX_IN_FLIGHT);
  return Promise.all(assignments.map((assignment) => limit(() => surveyHost(fleet, assignment, options))));
}

async function surveyHost(
  fleet: Fleet,
  assignment: Assignment,
  options: Partial<Pick<FactsQuery, 'ledgerLines' | 'sampleCpu' | 'probeHealth'>>,
): Promise<Survey> {
  let connection: Connection | undefined;
  try {
    const target = fleet.target(assignment.host);
    connection = await connect(target);
    const facts = await collectFacts(
      connection,
      factsQuery(assignment, options),
      target.user,
      FACTS_TIMEOUT_MS,
    );
    return { assignment, connection, facts };
  } catch (error) {
    connection?.close();
    if (error instanceof UndeError) return { assignment, error };
    return { assignment, error: unreachable({ host: assignment.host.name }, error as Error) };
  }
}

/** Closes what a survey left open. */
export function closeAll(surveys: readonly Survey[]): void {
  for (const survey of surveys) if ('connection' in survey) survey.connection.close();
}
