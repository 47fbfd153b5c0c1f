import { DRAINED, STATE } from '../../common/layout/layout.ts';
import { LEDGER } from '../ledger/entry.ts';

/**
 * How a script that asks a host begins: programs are found and speak English, and `rec FIELD…` prints a record, one a
 * line, its fields separated by tabs.
 */
export const RECORDS = `
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# No text of a host's can make two records of one.
rec() { local IFS=$'\\t'; local fields=("\${@//[[:cntrl:]]/ }"); printf '%s\\n' "\${fields[*]}"; }`.trim();

/** What os-release(5) says, in `os_id`, `os_version` and `os_name`. */
export const OS_RELEASE = `
os_id=; os_version=; os_name=
while IFS='=' read -r k v; do v=\${v//\\"/}; case $k in ID) os_id=$v ;; VERSION_ID) os_version=$v ;; PRETTY_NAME) os_name=$v ;; esac; done </etc/os-release`.trim();

/**
 * What a host has of each in all and what is free: memory in `mt` and `ma`, the disk of the tool's own folder in `dt` and
 * `da`, all in KiB; and for how long it runs, in `up`, in seconds.
 */
export const CAPACITY = `
read -r up _ </proc/uptime
mt=0; ma=0; while read -r k v _; do case $k in MemTotal:) mt=$v ;; MemAvailable:) ma=$v ;; esac; done </proc/meminfo
{ read -r _; read -r _ dt _ da _; } < <(df -Pk ${STATE} 2>/dev/null || df -Pk /var/lib)`.trim();

/** The record `drained`, where an operator has taken the host out of work. */
export const DRAINED_RECORD = `[[ -r ${DRAINED} ]] && { { read -r at; IFS= read -r by; IFS= read -r why; } <${DRAINED}; rec drained "$at" "$by" "$why"; }`;

/** The last lines of the host's ledger, a record `ledger` each. */
export function ledgerRecords(lines: number): string {
  return `[[ -e ${LEDGER} ]] && while IFS= read -r l; do rec ledger "$l"; done < <(tail -n ${lines} ${LEDGER})`;
}
