# shellcheck shell=bash
# Whether an update waits for a reboot, for node-exporter. Debian says so in a file, if unattended-upgrades is there; a
# kernel that is newer than the running one says it everywhere.

set -euo pipefail
export LC_ALL=C PATH
needed=0
if [[ -e /run/reboot-required ]]; then needed=1; fi
running=$(</proc/sys/kernel/osrelease)
shopt -s nullglob
kernels=(/boot/vmlinuz-*)
newest=$(printf '%s\n' "$running" "${kernels[@]#/boot/vmlinuz-}" | sort -V | tail -n 1)
if [[ $newest != "$running" ]]; then needed=1; fi
file=$textfiles/unde-reboot.prom
printf '%s\n' \
  '# HELP unde_reboot_needed 1 where an update waits for a reboot.' \
  '# TYPE unde_reboot_needed gauge' \
  "unde_reboot_needed $needed" >"$file.new"
mv "$file.new" "$file"
