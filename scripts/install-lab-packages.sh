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
# shellcheck disable=SC2086 # the packages are words of their own
exec sh "$(dirname "$0")/install-packages.sh" 'the lab' $missing
