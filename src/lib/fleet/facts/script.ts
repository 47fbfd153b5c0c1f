import { FLAGS } from '../../manifest/flags/file.ts';
import { HTTP_GET } from '../../common/shell/http-get.ts';
import { credentialFile, PAUSED, STATE } from '../../common/layout/layout.ts';
import { quote } from '../../common/shell/quote.ts';
import type { FactsQuery } from './facts.ts';
import { CAPACITY, DRAINED_RECORD, ledgerRecords, OS_RELEASE, RECORDS } from './pieces.ts';

/**
 * The script that collects every fact in one round trip. It needs bash and coreutils, and starts as few processes
 * as it can: thirty hosts on one laptop's lab, and a busy host at 3 a.m., both feel each of them.
 *
 * Its answer is a sequence of records, one a line, fields separated by tabs; text of unknown content travels in
 * base64. {@link parseFacts} reads it.
 */
export function factsScript(query: FactsQuery): string {
  return [
    PRELUDE,
    query.sampleCpu ? `stat0=$(</proc/stat)\n${coreSamples(query, 0)}` : '',
    HOST,
    ...stateRecords(query),
    unitRecords(query),
    fileRecords(query),
    packageRecords(query),
    blobRecords(query),
    query.probeHealth ? probeRecords(query) : '',
    portRecords(query),
    query.ledgerLines > 0 ? ledgerRecords(query.ledgerLines) : '',
    query.sampleCpu ? `${CPU}\n${coreSamples(query, 1)}\n${coreRecords(query)}` : '',
    'rec end',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

const PRELUDE = `
${RECORDS}
slurp() { [[ -r $1 ]] && printf '%s' "$(<"$1")"; }
${HTTP_GET}
probe() {
  local status body
  http_get "$3" "$4"
  rec http "$1" "$2" "\${status//[!0-9]/}" "$(printf '%s' "$body" | base64 -w0)"
}
# A service that speaks no HTTP is asked by a command: its last line says what is wrong.
probe_command() {
  local said status=200
  said=$(timeout 5 bash -c "$3" 2>&1) || status=503
  rec http "$1" "$2" "$status" "$(printf '%s' "\${said##*$'\\n'}" | base64 -w0)"
}`.trim();

const HOST = `
${OS_RELEASE}
${CAPACITY}
read -r load _ </proc/loadavg
cpus=0; while read -r k _; do [[ $k == cpu[0-9]* ]] && ((cpus++)); done </proc/stat
rec host "$HOSTNAME" "$os_name" "$(</proc/sys/kernel/osrelease)" "$HOSTTYPE" "$(</proc/sys/kernel/random/boot_id)" "$EPOCHREALTIME" "$up" "$cpus" "$load" "$mt" "$ma" "$dt" "$da"
${DRAINED_RECORD}`.trim();

const CPU = `
sleep 0.2; stat1=$(</proc/stat)
rec cpu \${stat0%%$'\\n'*} ; rec cpu \${stat1%%$'\\n'*}`.trim();

/** Reads the CPU time of every service's cgroup, by bash alone. */
function coreSamples(query: FactsQuery, sample: 0 | 1): string {
  const reads = query.services.map(
    ({ unit }, index) =>
      `u${sample}[${index}]=; { read -r _ 'u${sample}[${index}]'; } 2>/dev/null </sys/fs/cgroup/system.slice/${quote(unit)}/cpu.stat`,
  );
  return [`t${sample}=$EPOCHREALTIME`, ...reads].join('\n');
}

function coreRecords(query: FactsQuery): string {
  return query.services
    .map(
      ({ name }, index) =>
        `[[ -z \${u0[${index}]} || -z \${u1[${index}]} ]] || rec cores ${quote(name)} "\${u0[${index}]}" "\${u1[${index}]}" "$t0" "$t1"`,
    )
    .join('\n');
}

function stateRecords(query: FactsQuery): string[] {
  return [
    `shopt -s nullglob; cd ${STATE}/services 2>/dev/null && for s in */; do rec present "\${s%/}"; done`,
    `for p in ${PAUSED}/*; do rec paused "\${p##*/}"; done`,
    ...query.services.map(({ name }) =>
      `
d=${STATE}/services/${quote(name)}; if [[ -d $d ]]; then
  c=; [[ -L $d/current ]] && { c=$(readlink "$d/current"); c=\${c##*/}; }
  g=$(slurp "$d/generation"); [[ -n $c || -z $g ]] || c=$(slurp "$d/generations/$g/digest")
  rec service ${quote(name)} "$c" "$g"
  for r in ${STATE}/releases/${quote(name)}/*/; do r=\${r%/}; rec release ${quote(name)} "\${r##*/}"; done
  for b in "$d"/bad/*; do rec bad ${quote(name)} "\${b##*/}"; done
  for c in "$d"/secrets/*; do v=$(<"$c"); [[ -e ${credentialFile(name, '')}\${c##*/} || $v == gone* ]] || v="gone by itself"; rec secret ${quote(name)} "\${c##*/}" "$v"; done
  [[ -r $d/confirmed ]] && while read -r g r; do [[ -d $d/generations/$g ]] && rec confirmed ${quote(name)} "$g" "$r"; done <"$d/confirmed"
  if [[ -r $d/pending ]]; then
    { read -r id; read -r g; read -r r; read -r due; IFS= read -r by; } <"$d/pending"
    [[ -r ${STATE}/deploys/$id-${name}/due ]] && due=$(<"${STATE}/deploys/$id-${name}/due")
    rec pending ${quote(name)} "$id" "$g" "$r" "$due" "$by"
  fi
fi
l=/run/unde/locks/${quote(name)}; if [[ -s $l ]] && ! flock -n -s "$l" true; then { IFS=$'\\t' read -r since owner why; } <"$l"; rec lock ${quote(name)} "$since" "$owner" "$why"; fi`.trim(),
    ),
    ...flagRecords(query),
  ];
}

/** Files of flags, by bash alone. */
function flagRecords({ services }: FactsQuery): string[] {
  const readers = services.flatMap(({ name, flags }) => (flags === true ? [quote(name)] : []));
  if (readers.length === 0) return [];
  return [
    `for s in ${readers.join(' ')}; do [[ -r ${FLAGS}/$s.json ]] || continue; IFS= read -r -d '' -n 65536 l <"${FLAGS}/$s.json"; rec flags "$s" "$l"; done`,
    `for p in ${FLAGS}/owed/*; do IFS= read -r -d '' -n 65536 l <"$p"; rec owed "\${p##*/}" "$l"; done`,
  ];
}

/** The properties of a unit that matter; {@link parseFacts} knows them by name. */
const UNIT_PROPERTIES =
  'Id,LoadState,ActiveState,SubState,UnitFileState,InvocationID,MainPID,NRestarts,Result,ExecMainStatus,StateChangeTimestamp,MemoryCurrent,CPUUsageNSec';

/**
 * How much of the journal of a unit that has failed is brought home. systemd itself says up to six lines an attempt (how
 * it ended, what it consumed, that it is tried again); before them stand the unit's own words.
 */
const JOURNAL_LINES = 9;

function unitRecords(query: FactsQuery): string {
  if (query.services.length === 0) return '';
  const units = query.services
    .flatMap(({ unit, companions = [] }) => [unit, ...companions].map(quote))
    .join(' ');
  const show = `systemctl show --timestamp=unix -p ${UNIT_PROPERTIES} ${units} 2>&1`;
  if (!query.probeHealth) return `while IFS= read -r l; do rec unit "$l"; done < <(${show})`;
  return `
id=; active=; sub=; pid=0; down=()
unit_ends() {
  [[ $active == failed || $sub == auto-restart ]] && down+=("$id")
  if ((pid > 0)); then
    while read -r k v _; do [[ $k == VmRSS: ]] && { rec rss "$id" "$v"; break; }; done 2>/dev/null </proc/$pid/status
  fi
  id=; active=; sub=; pid=0
}
while IFS= read -r l; do
  rec unit "$l"
  case $l in Id=*) id=\${l#*=} ;; ActiveState=*) active=\${l#*=} ;; SubState=*) sub=\${l#*=} ;; MainPID=*) pid=\${l#*=} ;; '') unit_ends ;; esac
done < <(${show}); unit_ends
for u in "\${down[@]}"; do
  while IFS= read -r l; do rec journal "$u" "$l"; done < <(journalctl -q -u "$u" -n ${JOURNAL_LINES} -o cat --no-pager)
done`.trim();
}

function fileRecords(query: FactsQuery): string {
  if (query.files.length === 0) return '';
  const paths = query.files.map(({ path }) => quote(path)).join(' ');
  const wanted = query.files.map(({ path, sha256 }) => `[${quote(path)}]=${sha256}`).join(' ');
  return `
declare -A want=(${wanted})
there=(); for f in ${paths}; do [[ -f $f ]] && there+=("$f"); done
if ((\${#there[@]})); then
  while read -r h f; do f=\${f#\\*}; rec file "$f" "$h"; [[ \${want[$f]} != "$h" ]] && rec text "$f" "$(base64 -w0 "$f")"; done < <(sha256sum "\${there[@]}")
  while read -r m f; do rec mode "$f" "$m"; done < <(stat -c '%a %n' "\${there[@]}")
fi`.trim();
}

function packageRecords(query: FactsQuery): string {
  if (query.packages.length === 0) return '';
  const foreign = (query.foreignPackages ?? []).map(
    (name) =>
      `[[ $(apt-cache policy ${quote(name)} 2>/dev/null) == *'Candidate: '[^\\(]* ]] || rec nowhere ${quote(name)}`,
  );
  const installed = `while read -r p v s; do [[ $s == installed ]] && rec package "$p" "$v"; done < <(dpkg-query -W -f '\${Package} \${Version} \${db:Status-Status}\\n' ${query.packages.map(quote).join(' ')} 2>/dev/null)`;
  return [installed, ...foreign].join('\n');
}

function blobRecords(query: FactsQuery): string {
  return query.releases
    .map(
      ({ service, digest, blobs }) =>
        `[[ -d ${STATE}/releases/${quote(service)}/${digest} ]] || for b in ${blobs.join(' ')}; do [[ -e ${STATE}/store/\${b:0:2}/$b ]] || rec missing "$b"; done`,
    )
    .join('\n');
}

/** The probes run side by side, each into a pipe of its own: a service that hangs does not hold up the others. */
function probeRecords(query: FactsQuery): string {
  const probes = query.services
    .flatMap(({ name, port, health }) =>
      'command' in health
        ? [`probe_command health ${quote(name)} ${quote(health.command)}`]
        : [
            `probe health ${quote(name)} ${port} ${quote(health.path)}`,
            health.path === health.ready ? '' : `probe ready ${quote(name)} ${port} ${quote(health.ready)}`,
          ],
    )
    .filter((line) => line !== '');
  return [
    ...probes.map((probe, index) => `exec {pipe${index}}< <(${probe})`),
    ...probes.map(
      (_, index) => `IFS= read -r line <&"$pipe${index}" && printf '%s\\n' "$line"; exec {pipe${index}}<&-`,
    ),
  ].join('\n');
}

/**
 * Who holds a service's port, asked only where the unit itself is not running: `/proc/net/tcp` names the socket,
 * the processes' descriptors name its owner, and the owner's cgroup tells a container.
 */
function portRecords(query: FactsQuery): string {
  return query.services
    .flatMap(({ name, unit, port }) => {
      if (port === undefined) return [];
      const hex = port.toString(16).toUpperCase().padStart(4, '0');
      return `
if grep -qsE '^ *[0-9]+: [0-9A-F]+:${hex} [0-9A-F]+:0000 0A' /proc/net/tcp /proc/net/tcp6 && [[ $(systemctl is-active ${quote(unit)}) != active ]]; then
  inode=$(grep -hsE '^ *[0-9]+: [0-9A-F]+:${hex} [0-9A-F]+:0000 0A' /proc/net/tcp /proc/net/tcp6 | { read -r _ _ _ _ _ _ _ _ _ i _; echo "$i"; })
  for p in /proc/[0-9]*; do
    if ls -l "$p/fd" 2>/dev/null | grep -q "socket:\\[$inode\\]"; then
      rec holder ${quote(name)} "\${p#/proc/}" "$(slurp "$p/comm")" "$(tr '\\0\\n' '  ' <"$p/cgroup" | tail -c 300)"; break
    fi
  done
fi`.trim();
    })
    .join('\n');
}
