import { UndeError } from '../../common/error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { manifestsOf, renderScope } from '../../desired/scope/scope.ts';
import { didYouMean } from '../../common/text/did-you-mean.ts';
import type { Host } from '../../inventory/inventory.ts';
import type { Placement } from '../../inventory/selector.ts';
import type { Catalog } from '../../manifest/catalog.ts';
import type { JobSpec } from '../../manifest/job.ts';
import { perHost } from '../../manifest/per-host.ts';
import type { SecretStore } from '../../secrets/store.ts';

/** A scheduled job on one of its hosts. */
export interface PlacedJob {
  readonly host: Host;
  readonly service: string;
  readonly job: JobSpec;
}

/** The jobs of those placements whose service is built and whose host this context has. */
export async function placedJobs(
  fleet: Fleet,
  placements: readonly Placement[],
  catalog: Catalog,
  store: Pick<SecretStore, 'entry' | 'authority'>,
): Promise<PlacedJob[]> {
  const manifests = await manifestsOf(catalog);
  const present = new Set(fleet.hosts.map(({ name }) => name));
  return placements.flatMap(({ host, service }) => {
    const manifest = manifests.find(({ name }) => name === service);
    if (manifest?.jobs === undefined || !present.has(host.name)) return [];
    const jobs = perHost(manifest.jobs, renderScope(fleet, manifests, store, host, manifest)) ?? [];
    return jobs.map((job) => ({ host, service, job }));
  });
}

/**
 * A job by its name, on every host that has it or on one of them. Hyphens count as underscores, since its units have
 * them.
 *
 * @throws UndeError UNKNOWN_JOB, JOB_NOT_THERE
 */
export function selectJob(jobs: readonly PlacedJob[], name: string, host?: string): PlacedJob[] {
  const wanted = name.replaceAll('-', '_');
  const named = jobs.filter(({ job }) => job.name.replaceAll('-', '_') === wanted);
  if (named.length === 0) {
    throw new UndeError({
      code: 'UNKNOWN_JOB',
      message: `no job of this fleet is called "${name}"`,
      exit: 'usage',
      hint:
        didYouMean(
          wanted,
          jobs.map(({ job }) => job.name),
        ) ?? 'unde schedule list',
    });
  }
  const there = host === undefined ? named : named.filter((placed) => placed.host.name === host);
  if (there.length === 0) {
    throw new UndeError({
      code: 'JOB_NOT_THERE',
      message: `${name} is no job of ${host}`,
      exit: 'usage',
      hint: `it is one of ${hostsOf(named)}`,
    });
  }
  return there;
}

/**
 * The only one of them.
 *
 * @throws UndeError JOB_ON_SEVERAL_HOSTS
 */
export function onlyOne(placed: readonly PlacedJob[]): PlacedJob {
  const [one, another] = placed;
  if (one !== undefined && another === undefined) return one;
  throw new UndeError({
    code: 'JOB_ON_SEVERAL_HOSTS',
    message: `${one?.job.name} is on ${hostsOf(placed)}`,
    exit: 'usage',
    hint: `say on which: --host ${one?.host.name}`,
  });
}

function hostsOf(placed: readonly PlacedJob[]): string {
  return placed.map(({ host }) => host.name).join(', ');
}
