import { environmentFile, unitName } from '../host/layout.ts';
import type { HealthSpec, Manifest, RenderedFile } from '../manifest/manifest.ts';
import { sha256 } from '../release/digest.ts';
import type { Release } from '../release/release.ts';
import { renderEnvironment, renderServiceUnit, settingValues, unitOf } from '../unit/service-unit.ts';

/** What one service on one host should be: rendered, complete, and comparable with what is there. */
export interface DesiredService {
  readonly service: string;
  readonly kind: Manifest['kind'];
  readonly unit: string;
  readonly port: number;
  readonly health: HealthSpec;
  /** How long the unit may take to stop, in seconds. */
  readonly stopSeconds: number;
  readonly packages: readonly string[];
  readonly files: readonly RenderedFile[];
  /** Only for ours. */
  readonly release: Release | undefined;
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
 * Renders the desired state of a service on a host; a pure function of manifest, settings and release.
 *
 * @param settings What the inventory sets, the host's own overrides included.
 * @param unitTemplate The text of systemd/service.unit.
 */
export function desiredService(
  manifest: Manifest,
  settings: Readonly<Record<string, unknown>>,
  unitTemplate: string,
  release: Release | undefined,
): DesiredService {
  const files: readonly RenderedFile[] =
    manifest.kind === 'service'
      ? [
          {
            path: `/etc/systemd/system/${unitName(manifest.name)}`,
            content: renderServiceUnit(unitTemplate, manifest),
            mode: 0o644,
          },
          {
            path: environmentFile(manifest.name),
            content: renderEnvironment(manifest, settings),
            mode: 0o644,
          },
        ]
      : manifest.files(settingValues(manifest, settings));
  const packages = manifest.kind === 'platform' ? manifest.packages : [];
  const rendered = digestOf({ files, packages });
  const digest = release?.digest ?? rendered;
  return {
    service: manifest.name,
    kind: manifest.kind,
    unit: unitOf(manifest),
    port: manifest.port,
    health: manifest.health,
    stopSeconds: manifest.kind === 'service' ? manifest.limits.stopSeconds : SYSTEMD_STOP_SECONDS,
    packages,
    files,
    release,
    digest,
    generation: digestOf({ digest, rendered }),
  };
}

function digestOf(value: unknown): string {
  return sha256(JSON.stringify(value));
}
