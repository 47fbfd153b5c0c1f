import { STATE, releaseDirectory, serviceDirectory } from '../../common/layout/layout.ts';
import { shellScript } from '../../common/shell/script.ts';
import type { DesiredService } from '../../desired/service.ts';

/**
 * Brings a generation onto a host without touching what runs: packages, blobs, the release's folder, the rendered
 * files. Reads a tar stream on standard input: blobs by key (`.gz` where compressed), `listing` (the release),
 * `rendered` (mode and path of each rendered file) and `file-N` (their texts). Whatever goes wrong, nothing
 * half-made stays.
 *
 * @param id The deploy's id.
 */
export function prepareScript(id: string, desired: DesiredService): string {
  const { service, digest, packages, packageHint } = desired;
  const state = serviceDirectory(service);
  return shellScript(
    {
      id,
      service,
      unit: desired.unit,
      digest,
      packages,
      apt_failed: [`apt-get could not install ${packages.join(' ')}`, packageHint]
        .filter((text) => text !== undefined)
        .join('; '),
      root: STATE,
      state,
      release: desired.release === undefined ? '' : releaseDirectory(service, digest),
      generation: `${state}/generations/${desired.generation}`,
    },
    'lib/operations/deploy/prepare-script.sh',
  );
}
