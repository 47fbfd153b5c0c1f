import { HTTP_GET } from '../../common/shell/http-get.ts';
import { serviceDirectory } from '../../common/layout/layout.ts';
import { quote } from '../../common/shell/quote.ts';
import { RECORDS } from '../../fleet/facts/pieces.ts';
import { LEDGER_FUNCTIONS } from '../../fleet/ledger/writer.ts';
import { FLAGS } from '../../manifest/flags/file.ts';
import type { FlagService } from './readers.ts';

/** For how long a host keeps its flags locked for an operator who has read them and says nothing, in seconds. */
export const LOCK_SECONDS = 3;
/** For how long it waits for somebody else's lock: longer than a silent one can hold it. */
const LOCK_WAIT_SECONDS = 5;
/** For how long it waits for an operator who thinks, in seconds. */
const IDLE_SECONDS = 600;
/** A process at whose port nothing listens for so long is not waited for, in hundredths of a second. */
const GONE_AFTER = 300;
/** How many versions a host keeps of each service's flags. */
export const KEPT_VERSIONS = 50;

/** What a session with a host is about. */
export interface FlagQuery {
  readonly services: readonly Pick<FlagService, 'name' | 'port' | 'health'>[];
  /** Whether to lock the host's flags as they are read, so that what is written next follows from what was read. */
  readonly lock: boolean;
  /** How many previous versions of each service to bring. */
  readonly previous: number;
  /** Whether to ask each process which version it runs. */
  readonly probe: boolean;
}

/**
 * The host's side of a session: one script, that tells what flags there are and then does what it is told on standard
 * input, so that a whole change takes two round trips. It needs bash and coreutils. The lock is the kernel's and this
 * process's: it ends with the connection, with the operator's process, and with {@link LOCK_SECONDS} of silence.
 *
 * Commands, a line each: `lock`, `unlock`, `history`; `file SERVICE JSON`, `note NAME JSON`, `forget NAME` and `ledger
 * SERVICE LINE` prepare what `commit SECONDS` does, or `commit! SECONDS` without a lock; `bye`.
 *
 * Answers are records, a line each, fields separated by tabs, and end with `end N`, N counting from 1.
 */
export function flagScript(query: FlagQuery): string {
  const table = (name: string, value: (service: FlagQuery['services'][number]) => string | number) =>
    `declare -A ${name}=(${query.services.map((each) => `[${quote(each.name)}]=${quote(String(value(each)))}`).join(' ')})`;
  return [
    PRELUDE,
    `services=(${query.services.map(({ name }) => quote(name)).join(' ')})`,
    table('port', ({ port }) => port),
    table('path', ({ health }) => health),
    table('home', ({ name }) => serviceDirectory(name)),
    `previous=${query.previous}; probe=${query.probe ? 1 : 0}`,
    tellFunction,
    commitFunctions,
    query.lock ? 'flock -n 9 && held=1' : '',
    MAIN,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

const PRELUDE = `
${RECORDS}
umask 022; shopt -s nullglob
F=${FLAGS}; held=0; turn=0
[[ -d /run/unde ]] || mkdir -p /run/unde
lock() { exec 9>>/run/unde/flags.lock; }
lock; exec 8<> <(:)
take() { ((held)) || { flock -w "$1" 9 && held=1; }; }
# The lock ends with its descriptor.
give() { if ((held)); then lock; held=0; fi; }
# Nothing ever comes from this pipe: a pause without a process for it.
pause() { read -r -t "$1" -u 8; }
uptime() { local up; read -r up _ </proc/uptime; now=$((10#\${up/./})); }
content() { text=; [[ -r $1 ]] && IFS= read -r -d '' -n 65536 text <"$1"; text=\${text%$'\\n'}; }
${LEDGER_FUNCTIONS}
${HTTP_GET}`.trim();

const tellFunction = `
# Everything that there is; ends the answer.
tell() {
  local s text now
  for s in "\${services[@]}"; do
    content "$F/$s.json"; now=$text
    [[ -e $F/$s.json ]] && rec file "$s" "$now"
    # What the process kept is of use only where the file is not.
    content "/var/lib/unde-$s/flags.json"; [[ -n $text && $text != "$now" ]] && rec kept "$s" "$text"
    [[ -e \${home[$s]}/current ]] && rec deployed "$s"
    if ((previous > 0)) && [[ -e $F/$s.previous ]]; then
      while IFS= read -r text; do rec previous "$s" "$text"; done < <(tail -n "$previous" "$F/$s.previous")
    fi
    if ((probe)) && [[ -e \${home[$s]}/current ]]; then http_get "\${port[$s]}" "\${path[$s]}"; rec health "$s" "$status" "$body"; fi
  done
  for s in "$F"/owed/*; do content "$s"; rec note "\${s##*/}" "$text"; done
  ((held)) && rec held
  rec end $((++turn))
}`.trim();

const commitFunctions = `
declare -A staged=() notes=() entries=() want=() quiet=() last=()
forget=()
failed() { rm -f "$F"/.*.new "$F"/owed/.*.new 2>/dev/null; give; rec failed "$1"; rec end $((++turn)); }
# Every file is on the disk before the first one gets its name; what was in force before is kept.
commit() { # SECONDS FORCED
  local s n text began new=()
  # Notes alone contradict nobody.
  if ((!held && !$2)); then rec lapsed; rec end $((++turn)); return; fi
  { [[ -d $F/owed ]] || mkdir -p "$F/owed"; } 2>/dev/null || { failed "$F cannot be made"; return; }
  for s in "\${!staged[@]}"; do
    content "$F/$s.json"; text=\${text//$'\\n'/ }
    { [[ $text != '{'*'}' ]] || { printf '%s\\n' "$text" >>"$F/$s.previous" && new+=("$F/$s.previous"); }; } 2>/dev/null &&
      { printf '%s\\n' "\${staged[$s]}" >"$F/.$s.new"; } 2>/dev/null || { failed "$F cannot be written: is the disk full?"; return; }
    new+=("$F/.$s.new")
  done
  for n in "\${!notes[@]}"; do
    { printf '%s\\n' "\${notes[$n]}" >"$F/owed/.$n.new"; } 2>/dev/null || { failed "$F/owed cannot be written: is the disk full?"; return; }
    new+=("$F/owed/.$n.new")
  done
  ((\${#new[@]} == 0)) || sync "\${new[@]}" 2>/dev/null || { failed 'the disk does not take it'; return; }
  began=$EPOCHREALTIME
  for s in "\${!staged[@]}"; do mv -f "$F/.$s.new" "$F/$s.json" || { failed "$F/$s.json cannot be replaced"; return; }; done
  for n in "\${!notes[@]}"; do mv -f "$F/owed/.$n.new" "$F/owed/$n"; done
  for n in "\${forget[@]}"; do rm -f "$F/owed/$n"; done
  sync "$F" "$F/owed"
  for s in "\${!staged[@]}"; do
    n=\${staged[$s]#*'"version":"'}; want[$s]=\${n%%'"'*}
  done
  for s in "\${!entries[@]}"; do
    ledger_line "\${entries[$s]}"
  done
  give
  rec written
  confirm "$1" "$began"
  rec end $((++turn))
  take ${LOCK_WAIT_SECONDS} && for s in "\${!staged[@]}"; do trim "$F/$s.previous"; done
  give
  staged=() notes=() entries=() want=() quiet=() forget=()
}
trim() {
  local lines; [[ -e $1 ]] && mapfile -t lines <"$1" && ((\${#lines[@]} > 2 * ${KEPT_VERSIONS})) || return 0
  printf '%s\\n' "\${lines[@]: -${KEPT_VERSIONS}}" >"$1.new" && mv -f "$1.new" "$1"
}
# Asks each process until it runs what was written; here, so that the way to the operator counts once.
confirm() { # SECONDS BEGAN
  local waiting=("\${!staged[@]}") left s now start seconds nap=4
  uptime; start=$now
  while ((\${#waiting[@]})); do
    left=(); for s in "\${waiting[@]}"; do ask "$s" "$2" || left+=("$s"); done
    waiting=("\${left[@]}"); ((\${#waiting[@]})) || break
    uptime; ((now - start < $1 * 100)) || break
    # Seldom asked twice; the longer it takes, the less often.
    printf -v seconds '0.%03d' $nap; pause $seconds; ((nap < 200)) && ((nap += nap / 2))
  done
  for s in "\${waiting[@]}"; do rec late "$s" "\${last[$s]}"; done
}
# Succeeds where there is nothing left to wait for.
ask() { # SERVICE BEGAN
  local runs
  [[ -e \${home[$1]}/current ]] || { rec idle "$1" 'it is not deployed there'; return 0; }
  if ! http_get "\${port[$1]}" "\${path[$1]}"; then
    uptime; : "\${quiet[$1]:=$now}"; last[$1]="nothing listens on port \${port[$1]}"
    ((now - quiet[$1] < ${GONE_AFTER})) && return 1
    rec late "$1" "\${last[$1]}"; return 0
  fi
  unset "quiet[$1]"
  runs=\${body#*'"flags":{"version":"'}
  if [[ $runs == "$body" ]]; then last[$1]="\${path[$1]} answers $status and names no flags"; return 1; fi
  runs=\${runs%%'"'*}
  if [[ $runs == "\${want[$1]}" ]]; then rec runs "$1" $(((\${EPOCHREALTIME/./} - \${2/./}) / 1000)) "$body"; return 0; fi
  if [[ $runs > "\${want[$1]}" ]]; then rec late "$1" "it runs a later change, $runs"; return 0; fi
  [[ $body == *'"damaged":"'"\${want[$1]}:"* ]] && { rec refused "$1" "$body"; return 0; }
  last[$1]="it runs $runs"
  return 1
}`.trim();

const MAIN = `
tell; partial=
while :; do
  limit=${IDLE_SECONDS}; ((held)) && limit=${LOCK_SECONDS}
  IFS= read -r -t $limit line; code=$?
  if ((code > 128)); then
    partial+=$line
    if ((held)); then give; continue; fi
    exit 0
  fi
  ((code == 0)) || exit 0
  line=$partial$line; partial=; word=\${line%% *}; rest=\${line#* }
  case $word in
    lock) take ${LOCK_WAIT_SECONDS}; tell ;;
    unlock) give ;;
    history) previous=${2 * KEPT_VERSIONS}; tell ;;
    file) staged[\${rest%% *}]=\${rest#* } ;;
    note) notes[\${rest%% *}]=\${rest#* } ;;
    forget) forget+=("$rest") ;;
    ledger) entries[\${rest%% *}]=\${rest#* } ;;
    commit) commit "$rest" 0 ;;
    commit!) commit "$rest" 1 ;;
    bye) exit 0 ;;
  esac
done`.trim();
