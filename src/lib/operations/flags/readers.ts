import type { Fleet } from '../../fleet/fleet.ts';
import type { Host } from '../../inventory/inventory.ts';
import { didYouMean } from '../../common/text/did-you-mean.ts';
import type { FlagSpec } from '../../manifest/flag.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { UndeError } from '../../common/error/unde-error.ts';
import { canonicalText } from '../../manifest/flags/value.ts';

/** A service that reads flags. */
export interface FlagService {
  readonly name: string;
  readonly port: number;
  /** The path under which a process names the version that it runs. */
  readonly health: string;
  readonly specs: readonly FlagSpec[];
}

/** A host, and the services on it that read flags. */
export interface FlagHost {
  readonly host: Host;
  readonly services: readonly FlagService[];
}

/** The services among these that read flags, in their own order. */
export function flagServices(manifests: readonly Manifest[]): FlagService[] {
  return manifests.flatMap((manifest): FlagService[] =>
    manifest.kind === 'service' && manifest.flags !== undefined && manifest.flags.length > 0
      ? [
          {
            name: manifest.name,
            port: manifest.port,
            health: manifest.health.path,
            specs: manifest.flags,
          },
        ]
      : [],
  );
}

/** The hosts of a fleet that some of these services are placed on, in the order of the inventory. */
export function flagHosts(fleet: Pick<Fleet, 'hosts'>, services: readonly FlagService[]): FlagHost[] {
  return fleet.hosts
    .map((host) => ({ host, services: services.filter(({ name }) => host.services.includes(name)) }))
    .filter((each) => each.services.length > 0);
}

/**
 * The services that read a flag.
 *
 * @throws UndeError UNKNOWN_FLAG
 */
export function readersOf(services: readonly FlagService[], flag: string): FlagService[] {
  const readers = services.filter(({ specs }) => specs.some(({ name }) => name === flag));
  if (readers.length > 0) return readers;
  const names = [...new Set(services.flatMap(({ specs }) => specs.map(({ name }) => name)))];
  throw new UndeError({
    code: 'UNKNOWN_FLAG',
    message: `no service reads a flag "${flag}"`,
    exit: 'usage',
    hint:
      didYouMean(flag.toUpperCase(), names) ??
      (names.length === 0 ? 'no service reads flags yet' : `there are: ${names.join(', ')}`),
  });
}

/** A flag's default as text; empty for a flag that no service reads any more. */
export function defaultOf(services: readonly FlagService[], service: string, flag: string): string {
  const spec = services.find(({ name }) => name === service)?.specs.find(({ name }) => name === flag);
  return spec === undefined ? '' : canonicalText(spec, spec.default);
}

/** `lantern on push`. */
export function placeText({ host, services }: FlagHost): string {
  return `${services.map(({ name }) => name).join(' and ')} on ${host.name}`;
}
