import { environmentFile, unitName } from '../common/layout/layout.ts';
import { jobUnits } from './units/job-unit.ts';
import type { FlagSpec } from '../manifest/flag.ts';
import type { HealthSpec } from '../manifest/health.ts';
import type { Manifest, RenderScope } from '../manifest/manifest.ts';
import type { RenderedFile } from '../manifest/rendered-file.ts';
import { perHost } from '../manifest/per-host.ts';
import { sha256 } from '../common/text/digest.ts';
import type { Release } from './release/release.ts';
import { desiredSecrets, type DesiredSecret } from './secrets/desired-secret.ts';
import type { SecretStore } from '../secrets/store.ts';
import { renderEnvironment, renderServiceUnit, unitOf } from './units/service-unit.ts';

/** What one service on one host should be: rendered, complete, and comparable with what is there. */
export interface DesiredService {
  readonly service: string;
  readonly kind: Manifest['kind'];
  readonly unit: string;
  /** Absent where it listens on none. */
  readonly port?: number | undefined;
  readonly health: HealthSpec;
  /** How long the unit may take to stop, in seconds. */
  readonly stopSeconds: number;
  readonly packages: readonly string[];
  /** What an operator does so that apt finds the packages; only where no Debian archive has them. */
  readonly packageSource?: string | undefined;
  /** What to say where apt does not find them. */
  readonly packageHint?: string | undefined;
  readonly files: readonly RenderedFile[];
  /** Further units that are enabled, started and restarted with the main one: timers of jobs, say. */
  readonly companions: readonly string[];
  /** Credentials that it needs. They are no part of a generation: a rollback must not bring back an old password. */
  readonly secrets: readonly DesiredSecret[];
  /** Flags that it reads, where it reads some. They are no part of a generation either. */
  readonly flags?: readonly FlagSpec[];
  /** Only for ours. */
  readonly release: Release | undefined;
  /** Batches that grow, or one host at a time and no going back of what was confirmed. */
  readonly rolling: 'independent' | 'one-by-one';
  /** Services that go before it where one command moves both. */
  readonly after: readonly string[];
  /** Goes before everything that is none. */
  readonly foundation: boolean;
  /**
   * What stands in the ledger and in `/health`: the release's digest for ours, for a platform service the digest
   * of what is rendered.
   */
  readonly digest: string;
  /** Names release, files and packages together. */
  readonly generation: string;
}

/** DefaultTimeoutStopSec= of systemd-system.conf(5), which units of Debian packages keep. */
const SYSTEMD_STOP_SECONDS = 90;

/**
 * Renders the desired state of a service on a host; a pure function of manifest, scope, store and release.
 *
 * @param unitTemplate The text of systemd/service.unit.
 */
export function desiredService(
  manifest: Manifest,
  scope: RenderScope,
  unitTemplate: string,
  release: Release | undefined,
  store: Pick<SecretStore, 'entry'>,
): DesiredService {
  const secrets = desiredSecrets(manifest, scope, store);
  const jobs = jobUnits(manifest.name, perHost(manifest.jobs, scope) ?? [], scope.inventory.timeZone);
  const own =
    manifest.kind === 'service'
      ? serviceFiles(manifest, scope, unitTemplate, secrets)
      : manifest.files(scope);
  const files = [...own, ...jobs.files];
  const packages = manifest.kind === 'platform' ? manifest.packages : [];
  const companions = [
    ...(manifest.kind === 'platform' ? (perHost(manifest.companions, scope) ?? []) : []),
    ...jobs.timers,
  ];
  const rendered = digestOf({ files, packages, ...(companions.length === 0 ? {} : { companions }) });
  const digest = release?.digest ?? rendered;
  return {
    service: manifest.name,
    kind: manifest.kind,
    unit: unitOf(manifest),
    port: manifest.port,
    health: manifest.health,
    stopSeconds: manifest.kind === 'service' ? manifest.limits.stopSeconds : SYSTEMD_STOP_SECONDS,
    packages,
    packageSource: manifest.kind === 'platform' ? manifest.packageSource : undefined,
    packageHint: manifest.kind === 'platform' ? manifest.packageHint : undefined,
    files,
    companions,
    secrets,
    ...(manifest.flags === undefined || manifest.flags.length === 0 ? {} : { flags: manifest.flags }),
    release,
    rolling: manifest.kind === 'service' || manifest.rolling === 'independent' ? 'independent' : 'one-by-one',
    after: manifest.after ?? [],
    foundation: manifest.foundation === true,
    digest,
    generation: digestOf({ digest, rendered }),
  };
}

function serviceFiles(
  manifest: Extract<Manifest, { kind: 'service' }>,
  scope: RenderScope,
  unitTemplate: string,
  secrets: readonly DesiredSecret[],
): RenderedFile[] {
  return [
    {
      path: `/etc/systemd/system/${unitName(manifest.name)}`,
      content: renderServiceUnit(
        unitTemplate,
        manifest,
        secrets.map(({ credential }) => credential),
      ),
      mode: 0o644,
    },
    {
      path: environmentFile(manifest.name),
      content: renderEnvironment(manifest, scope),
      mode: 0o644,
    },
  ];
}

function digestOf(value: unknown): string {
  return sha256(JSON.stringify(value));
}
