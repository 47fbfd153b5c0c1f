# shellcheck shell=bash
# Time that no setting of the clock moves.

# Sets `now` to the hundredths of seconds since the host was started.
uptime() {
  local seconds
  read -r seconds _ </proc/uptime
  now=$((10#${seconds/./}))
}
