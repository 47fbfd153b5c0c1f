# shellcheck shell=bash
# Makes what files alone do not, and checks it; apply-script.ts renders what it needs to know:
#   account (empty where it is root), time_zone and zone (its file), sshd (settings as `sshd -T` prints them), timers
#   (of apt; none in a lab), kernel_settings, journal_settings and clock_settings (files).

set -u
export LC_ALL=C PATH
# newer UNIT FILE… says whether a file is newer than the start of a unit, or the unit does not run.
newer() {
  local started file
  started=$(systemctl show --timestamp=unix -p ExecMainStartTimestamp --value "$1")
  started=${started#@}
  [[ -z $started ]] && return 0
  shift
  for file; do
    [[ -e $file && $(stat -c %Y "$file") -ge $started ]] && return 0
  done
  return 1
}
# A container may not set the kernel's clock; Debian's unit knows, and does not start.
clock() { (((0x$(sed -n 's/^CapEff:\t//p' /proc/1/status) >> 25) & 1)); }
account_exists() { [[ -z $account ]] || id -u "$account" >/dev/null 2>&1; }
in_zone() { [[ ! -e $zone || $(readlink -f /etc/localtime) == "$(readlink -f "$zone")" ]]; }

apply() {
  local result
  account_exists || useradd --create-home --shell /bin/bash "$account"
  if ! in_zone; then
    ln -sfn "$zone" /etc/localtime
    echo "$time_zone" >/etc/timezone
  fi
  /usr/lib/systemd/systemd-sysctl "$kernel_settings"
  if newer systemd-journald.service "$journal_settings"; then systemctl restart systemd-journald.service; fi
  if clock; then
    systemctl enable --quiet chrony.service
    if newer chrony.service "${clock_settings[@]}"; then systemctl restart chrony.service; fi
  fi
  result=$?
  ((${#timers[@]})) || return "$result"
  # Debian and Ubuntu start these at boot; somebody may have stopped them.
  systemctl enable --now --quiet "${timers[@]}"
}

wrong() {
  echo "$1"
  exit 1
}
check() {
  local wanted found timer
  account_exists || wrong "the account $account is missing"
  found=$(sshd -T 2>&1) || wrong "sshd: ${found##*$'\n'}"
  found=$'\n'${found,,}$'\n'
  for wanted in "${sshd[@]}"; do
    [[ $found == *$'\n'"$wanted"$'\n'* ]] ||
      wrong "sshd does not take \"$wanted\": does sshd_config include sshd_config.d?"
  done
  in_zone || wrong "the time zone is not $time_zone"
  if clock; then
    systemctl is-active --quiet chrony.service || wrong 'chrony does not run: the clock is not set'
  fi
  for timer in "${timers[@]}"; do
    systemctl is-active --quiet "$timer" || wrong "$timer does not run: no security updates"
  done
}

case ${1:-} in
  apply) apply ;;
  check) check ;;
  *)
    echo "usage: $0 apply|check" >&2
    exit 2
    ;;
esac
