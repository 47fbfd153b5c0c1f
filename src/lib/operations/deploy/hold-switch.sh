# shellcheck shell=bash
# Needs `run`, the folder of the locks.

# hold_switch SERVICE makes the shell hold a service's switch on this host, through descriptor 8: a switch, a
# confirmation and a way back take turns, whoever started them. The kernel lets go when the shell ends.
hold_switch() {
  mkdir -p "$run"
  exec 8>>"$run/switch-$1"
  flock -w 300 8 || {
    echo "another switch of $1 does not end" >&2
    exit 16
  }
}
