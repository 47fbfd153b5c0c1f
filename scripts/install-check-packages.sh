#!/bin/sh
# Installs what `make check` reads shell with. Does nothing, and says nothing, where it is there.
set -eu

missing=''
for program in shellcheck shfmt; do
  command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
done
[ -n "$missing" ] || exit 0
# Where this fails, scripts/check-shell.ts says what is left out, and CI fails there.
# shellcheck disable=SC2086 # the packages are words of their own
sh "$(dirname "$0")/install-packages.sh" 'the check of shell' $missing || exit 0
