# shellcheck shell=bash
# The vitals of a host; vitals-script.ts renders what it needs to know:
#   root (the folder of the product), drained and ledger_file, ledger_lines; and the functions lists_fetched and
#   simulate_upgrade. Needs rec and the functions of host-facts.sh.

export LC_ALL=C PATH
read_os_release
rec os "$os_id" "$os_version" "$os_name"
read_capacity
rec host "$(</proc/sys/kernel/osrelease)" "$(</proc/sys/kernel/random/boot_id)" "$EPOCHREALTIME" "$up" \
  "$memory_total" "$memory_available" "$disk_total" "$disk_available"
shopt -s nullglob
kernels=(/boot/vmlinuz-*)
if ((${#kernels[@]})); then
  # The running one is put into the row, too: it may have been removed since.
  while read -r kernel; do
    rec kernel "$kernel"
  done < <(printf '%s\n' "${kernels[@]#/boot/vmlinuz-}" "$(</proc/sys/kernel/osrelease)" | sort -uV)
fi
shopt -u nullglob
if [[ -e /run/reboot-required ]]; then
  rec reboot
  [[ -r /run/reboot-required.pkgs ]] && while read -r package; do
    rec reboot-for "$package"
  done < <(sort -u /run/reboot-required.pkgs)
fi
fetched=$(lists_fetched)
if [[ -n $fetched ]]; then
  rec lists "$((EPOCHSECONDS - fetched))"
  while IFS= read -r line; do
    [[ $line == 'Inst '* ]] && rec upgrade "$line"
  done < <(simulate_upgrade 2>/dev/null)
fi
# What needrestart looks for: libraries that are mapped, and that a renewed package has replaced on the disk.
while read -r file; do
  process=${file#/proc/}
  process=${process%/maps}
  group=
  { group=$(<"/proc/$process/cgroup"); } 2>/dev/null
  [[ $group =~ ([[:alnum:]_@.:\\-]+\.service) ]] && rec outdated "${BASH_REMATCH[1]}"
done < <(grep -lsE ' /(usr/)?lib[^ ]*\.so[^ ]* \(deleted\)$' /proc/[0-9]*/maps)
record_drained
for folder in /var/lib/postgresql/*/*/; do
  [[ -e $folder/PG_VERSION ]] || continue
  if [[ -e $folder/standby.signal ]]; then rec postgres replica; else rec postgres primary; fi
  break
done
record_ledger "$ledger_lines"
rec end
