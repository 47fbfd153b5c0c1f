import { STATE, releaseDirectory, serviceDirectory } from '../../common/layout/layout.ts';
import { quote } from '../../common/shell/quote.ts';
import type { DesiredService } from '../../desired/service.ts';
import { deployGlob } from './undo-script.ts';

/**
 * Brings a generation onto a host without touching what runs: packages, blobs, the release's folder, the rendered
 * files. Reads a tar stream on standard input: blobs by key (`.gz` where compressed), `listing` (the release),
 * `rendered` (mode and path of each rendered file) and `file-N` (their texts). Whatever goes wrong, nothing
 * half-made stays.
 *
 * @param id The deploy's id.
 */
export function prepareScript(id: string, desired: DesiredService): string {
  return [
    'set -euo pipefail; export LC_ALL=C DEBIAN_FRONTEND=noninteractive; umask 022',
    `in=${STATE}/incoming/${quote(id)}-${quote(desired.service)}`,
    'making=; masked=',
    'trap \'[[ -z $masked ]] || systemctl unmask --runtime --quiet "$masked"; rm -rf "$in" "${making:-$in}"\' EXIT',
    // The lease is ours: what lies here under another id was left by a deploy that was killed.
    `rm -rf ${STATE}/incoming/${deployGlob(desired.service)} ${STATE}/releases/${quote(desired.service)}/*.making* ${serviceDirectory(desired.service)}/generations/*.making*`,
    `mkdir -p "$in" ${STATE}/store ${serviceDirectory(desired.service)}/generations`,
    'tar -x -C "$in" -f - --no-same-owner',
    desired.packages.length > 0 ? packageCommands(desired) : '',
    desired.release === undefined ? '' : releaseCommands(id, desired),
    generationCommands(id, desired),
    'echo prepared',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** Installs the packages that are missing, without letting the package start its unit before its configuration is there. */
function packageCommands(desired: DesiredService): string {
  const names = desired.packages.map(quote).join(' ');
  const failed = [`apt-get could not install ${desired.packages.join(' ')}`, desired.packageHint]
    .filter((text) => text !== undefined)
    .join('; ');
  return `
if ! dpkg-query -W -f='\${db:Status-Status}\\n' ${names} 2>/dev/null | { n=0; while read -r s; do [[ $s == installed ]] && ((++n)); done; ((n == ${desired.packages.length})); }; then
  masked=${quote(desired.unit)}; systemctl mask --runtime --quiet "$masked" || true
  apt="apt-get -qq -y -o DPkg::Lock::Timeout=120 -o Acquire::Retries=0 -o Acquire::http::Timeout=10 -o Acquire::https::Timeout=10 -o Dpkg::Options::=--force-confold"
  install="$apt install --no-install-recommends ${names}"
  # The lists that are there are mostly fresh enough; they are fetched only when they are not.
  # Into a file: an operator who is gone must not break off dpkg by a broken pipe; what was broken off is completed.
  { $install || { dpkg --configure -a && $apt update && $install; }; } >"$in/apt.log" 2>&1 </dev/null || { tail -n 20 "$in/apt.log" >&2; echo ${quote(failed)} >&2; exit 10; }
  systemctl unmask --runtime --quiet "$masked"; masked=
fi`.trim();
}

function releaseCommands(id: string, desired: DesiredService): string {
  const target = releaseDirectory(desired.service, desired.digest);
  return `
if [[ ! -d ${target} ]]; then
  cd "$in"
  for f in *.gz; do if [[ ! -e $f ]]; then continue; fi; gzip -dc "$f" >"\${f%.gz}"; rm "$f"; done
  blobs=(); for f in *; do if [[ \${#f} -ge 64 ]]; then blobs+=("$f"); fi; done
  if ((\${#blobs[@]})); then
    for f in "\${blobs[@]}"; do printf '%s  %s\\n' "\${f%x}" "$f"; done | sha256sum --check --quiet --strict - >&2
  fi
  for f in "\${blobs[@]}"; do
    if [[ $f == *x ]]; then chmod 755 "$f"; else chmod 644 "$f"; fi
    mkdir -p ${STATE}/store/\${f:0:2}; mv -f "$f" ${STATE}/store/\${f:0:2}/
  done
  making=${target}.making-${quote(id)}; mkdir -p "$making"
  while read -r key path; do
    if [[ $path == */* && ! -d $making/\${path%/*} ]]; then mkdir -p "$making/\${path%/*}"; fi
    ln "${STATE}/store/\${key:0:2}/$key" "$making/$path"
  done <"$in/listing"
  sync -f "$making"
  mv -T "$making" ${target} || [[ -d ${target} ]]
fi`.trim();
}

function generationCommands(id: string, desired: DesiredService): string {
  const target = `${serviceDirectory(desired.service)}/generations/${desired.generation}`;
  return `
if [[ ! -d ${target} ]]; then
  making=${target}.making-${quote(id)}; mkdir -p "$making"
  cd "$in"; for f in file-*; do if [[ -e $f ]]; then mv "$f" "$making/"; fi; done
  mv rendered companions "$making/"
  printf '%s\\n' ${desired.digest} >"$making/digest"
  mv -T "$making" ${target} || [[ -d ${target} ]]
fi`.trim();
}
