#!/bin/sh
# Installs Debian packages: install-packages.sh WHAT-FOR PACKAGE… Where it cannot, it says so and fails nothing: what
# needs them says so, too. It fails where apt does.
set -eu

purpose=$1
shift
if ! command -v apt-get >/dev/null 2>&1; then
  echo "$purpose needs a Debian or Ubuntu machine; it is left out here" >&2
  exit 0
fi
sudo=''
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    echo "$purpose needs packages that are missing here; run: sudo apt-get install $*" >&2
    exit 0
  fi
  sudo='sudo -n'
fi
echo "installing for $purpose: $*"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >"$log" 2>&1
}
# Package lists are mostly there and fresh; they are fetched only when they are not.
install "$@" || { $sudo apt-get update -qq >/dev/null 2>&1 && install "$@"; } || {
  cat "$log" >&2
  exit 1
}
