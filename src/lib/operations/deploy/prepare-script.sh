# shellcheck shell=bash
# Brings a generation onto a host; prepare-script.ts says how it is fed, and renders what it needs to know:
#   the deploy: id, service, unit, digest; packages, and apt_failed: what to say when they cannot be installed;
#   the folders: root (of the product), state (of the service), release (empty for a service without one), generation.

set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
umask 022
in=$root/incoming/$id-$service
making=
masked=
trap '[[ -z $masked ]] || systemctl unmask --runtime --quiet "$masked"; rm -rf "$in" "${making:-$in}"' EXIT
# The lease is ours: what lies here under another id was left by a deploy that was killed.
rm -rf "$root"/incoming/????????-??????-????-"$service" "$root/releases/$service"/*.making* \
  "$state"/generations/*.making*
mkdir -p "$in" "$root/store" "$state/generations"
tar -x -C "$in" -f - --no-same-owner

packages_installed() {
  dpkg-query -W -f='${db:Status-Status}\n' "${packages[@]}" 2>/dev/null | {
    installed=0
    while read -r status; do [[ $status == installed ]] && ((++installed)); done
    ((installed == ${#packages[@]}))
  }
}
if ((${#packages[@]})) && ! packages_installed; then
  # The package must not start its unit before its configuration is there.
  masked=$unit
  systemctl mask --runtime --quiet "$masked" || true
  apt=(
    apt-get -qq -y -o DPkg::Lock::Timeout=120 -o Acquire::Retries=0 -o Acquire::http::Timeout=10
    -o Acquire::https::Timeout=10 -o Dpkg::Options::=--force-confold
  )
  install=("${apt[@]}" install --no-install-recommends "${packages[@]}")
  # The lists that are there are mostly fresh enough; they are fetched only when they are not.
  # Into a file: an operator who is gone must not break off dpkg by a broken pipe; what was broken off is completed.
  {
    "${install[@]}" || { dpkg --configure -a && "${apt[@]}" update && "${install[@]}"; }
  } >"$in/apt.log" 2>&1 </dev/null || {
    tail -n 20 "$in/apt.log" >&2
    echo "$apt_failed" >&2
    exit 10
  }
  systemctl unmask --runtime --quiet "$masked"
  masked=
fi

if [[ -n $release && ! -d $release ]]; then
  cd "$in"
  for file in *.gz; do
    if [[ ! -e $file ]]; then continue; fi
    gzip -dc "$file" >"${file%.gz}"
    rm "$file"
  done
  blobs=()
  for file in *; do
    if [[ ${#file} -ge 64 ]]; then blobs+=("$file"); fi
  done
  if ((${#blobs[@]})); then
    for file in "${blobs[@]}"; do printf '%s  %s\n' "${file%x}" "$file"; done |
      sha256sum --check --quiet --strict - >&2
  fi
  for file in "${blobs[@]}"; do
    if [[ $file == *x ]]; then chmod 755 "$file"; else chmod 644 "$file"; fi
    mkdir -p "$root/store/${file:0:2}"
    mv -f "$file" "$root/store/${file:0:2}/"
  done
  making=$release.making-$id
  mkdir -p "$making"
  while read -r key file; do
    if [[ $file == */* && ! -d $making/${file%/*} ]]; then mkdir -p "$making/${file%/*}"; fi
    ln "$root/store/${key:0:2}/$key" "$making/$file"
  done <"$in/listing"
  sync -f "$making"
  mv -T "$making" "$release" || [[ -d $release ]]
fi

if [[ ! -d $generation ]]; then
  making=$generation.making-$id
  mkdir -p "$making"
  cd "$in"
  for file in file-*; do
    if [[ -e $file ]]; then mv "$file" "$making/"; fi
  done
  mv rendered companions "$making/"
  printf '%s\n' "$digest" >"$making/digest"
  mv -T "$making" "$generation" || [[ -d $generation ]]
fi
echo prepared
