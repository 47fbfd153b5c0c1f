import { CAPACITY, DRAINED_RECORD, ledgerRecords, OS_RELEASE, RECORDS } from '../../../fleet/facts/pieces.ts';
import { LISTS_FETCHED, SIMULATE_UPGRADE } from './apt.ts';

/** Enough of the ledger for the last deploy to be in it, whatever was restarted since. */
const LEDGER_LINES = 50;

/**
 * The script that asks a host for its vitals in one round trip. It needs bash, coreutils and apt, and root's rights
 * only to see which processes run replaced libraries. {@link parseVitals} reads its records, one a line, fields
 * separated by tabs.
 */
export function vitalsScript(): string {
  return `
${RECORDS}
${OS_RELEASE}
rec os "$os_id" "$os_version" "$os_name"
${CAPACITY}
rec host "$(</proc/sys/kernel/osrelease)" "$(</proc/sys/kernel/random/boot_id)" "$EPOCHREALTIME" "$up" "$mt" "$ma" "$dt" "$da"
shopt -s nullglob
kernels=(/boot/vmlinuz-*); if ((\${#kernels[@]})); then
  # The running one is put into the row, too: it may have been removed since.
  while read -r k; do rec kernel "$k"; done < <(printf '%s\\n' "\${kernels[@]#/boot/vmlinuz-}" "$(</proc/sys/kernel/osrelease)" | sort -uV)
fi
shopt -u nullglob
if [[ -e /run/reboot-required ]]; then
  rec reboot; [[ -r /run/reboot-required.pkgs ]] && while read -r p; do rec reboot-for "$p"; done < <(sort -u /run/reboot-required.pkgs)
fi
fetched=$(${LISTS_FETCHED})
if [[ -n $fetched ]]; then
  rec lists "$((EPOCHSECONDS - fetched))"
  while IFS= read -r l; do [[ $l == 'Inst '* ]] && rec upgrade "$l"; done < <(${SIMULATE_UPGRADE} 2>/dev/null)
fi
# What needrestart looks for: libraries that are mapped, and that a renewed package has replaced on the disk.
while read -r f; do
  p=\${f#/proc/}; p=\${p%/maps}
  g=; { g=$(</proc/$p/cgroup); } 2>/dev/null
  [[ $g =~ ([[:alnum:]_@.:\\\\-]+\\.service) ]] && rec outdated "\${BASH_REMATCH[1]}"
done < <(grep -lsE ' /(usr/)?lib[^ ]*\\.so[^ ]* \\(deleted\\)$' /proc/[0-9]*/maps)
${DRAINED_RECORD}
for d in /var/lib/postgresql/*/*/; do if [[ -e $d/PG_VERSION ]]; then
  if [[ -e $d/standby.signal ]]; then rec postgres replica; else rec postgres primary; fi; break
fi; done
${ledgerRecords(LEDGER_LINES)}
rec end`.trim();
}
