import type { TestFleet } from './fleet.ts';

/** A Debian package to be made on a machine. */
export interface TestPackage {
  readonly name: string;
  readonly version: string;
  /** A file that it brings, a copy of one that is there. */
  readonly file?: { readonly path: string; readonly copyOf: string };
  /** What its postinst does. */
  readonly postinst?: string;
}

const ARCHIVE = '/srv/archives';

/**
 * Makes a folder of packages on a machine, of which apt thinks that it is the archive of that label: for security
 * updates, Debian's own is called Debian-Security, and its suite stable-security. What it held before is gone.
 */
export async function packageFolder(
  fleet: TestFleet,
  host: string,
  archive: 'security' | 'stable',
  packages: readonly TestPackage[],
): Promise<void> {
  const folder = `${ARCHIVE}/${archive}`;
  const label = archive === 'security' ? 'Debian-Security' : 'Debian';
  const suite = archive === 'security' ? 'stable-security' : 'stable';
  const script = `
exec 2>&1; set -e
rm -rf ${folder}; mkdir -p ${folder}; cd ${folder}
${packages.map(buildCommands).join('\n')}
for f in *.deb; do
  dpkg-deb -f "$f"; echo "Filename: ./$f"; echo "Size: $(stat -c %s "$f")"; echo "SHA256: $(sha256sum "$f" | cut -d' ' -f1)"; echo
done >Packages
printf 'Origin: Debian\\nLabel: ${label}\\nSuite: ${suite}\\nCodename: ${suite}\\nVersion: 13\\nDate: %s\\nSHA256:\\n %s %s Packages\\n' "$(date -Ru)" "$(sha256sum Packages | cut -d' ' -f1)" "$(stat -c %s Packages)" >Release
printf 'Types: deb\\nURIs: file:${folder}\\nSuites: ./\\nTrusted: yes\\n' >/etc/apt/sources.list.d/${archive}.sources
echo made`;
  const answer = await fleet.console(host, script);
  if (!answer.endsWith('made')) throw new Error(`the packages could not be made on ${host}:\n${answer}`);
}

function buildCommands({ name, version, file, postinst }: TestPackage): string {
  const tree = `/tmp/${name}_${version}`;
  return [
    `rm -rf ${tree}; mkdir -p ${tree}/DEBIAN`,
    `printf 'Package: ${name}\\nVersion: ${version}\\nArchitecture: all\\nMaintainer: tests\\nDescription: for a test\\n' >${tree}/DEBIAN/control`,
    ...(postinst === undefined
      ? []
      : [`printf '#!/bin/sh\\n${postinst}\\n' >${tree}/DEBIAN/postinst; chmod 755 ${tree}/DEBIAN/postinst`]),
    ...(file === undefined
      ? []
      : [`mkdir -p ${tree}$(dirname ${file.path}); cp -L ${file.copyOf} ${tree}${file.path}`]),
    `dpkg-deb -b ${tree} ${name}_${version}.deb >/dev/null`,
  ].join('\n');
}
