#!/bin/sh
# Installs what the lab needs of this machine (src/lib/lab/requirements.ts has the same list). Does nothing, and says
# nothing, where it is all there; where it cannot install, it says so and leaves the lab's tests to be left out.
set -eu

missing=''
need() {
  command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ] || case " $missing " in
    *" $2 "*) ;;
    *) missing="$missing $2" ;;
  esac
}
need systemd-nspawn systemd-container
need mmdebstrap mmdebstrap
need ip iproute2
need tc iproute2
need nft nftables
need ssh openssh-client
need ssh-keygen openssh-client
need nsenter util-linux
need setpriv util-linux
need unshare util-linux
need mount mount
need perl perl
[ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || missing="$missing debian-archive-keyring"
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "the lab needs a Debian or Ubuntu machine; it is left out here" >&2
  exit 0
fi
sudo=''
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    echo "the lab needs packages that are missing here; run: sudo apt-get install$missing" >&2
    exit 0
  fi
  sudo='sudo -n'
fi
echo "installing for the lab:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
  # shellcheck disable=SC2086 # the packages are words of their own
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >"$log" 2>&1
}
# Package lists are mostly there and fresh; they are fetched only when they are not.
install || { $sudo apt-get update -qq >/dev/null 2>&1 && install; } || {
  cat "$log" >&2
  exit 1
}
