/** Why a unit does not see the host's clock. */
export type OutOfReach =
  /** Go asks the kernel, past libc, also where it is linked against libc. */
  | 'go'
  /** No dynamic loader, so nothing can be loaded into it. */
  | 'static'
  /** It has been running since before the clock was moved. */
  | 'older'
  /** The dynamic loader takes no library from the environment of a program with privileges of its own. */
  | 'privileged';

/** Whether a unit of a host sees the pretended time. */
export interface UnitReach {
  readonly unit: string;
  /** Runs now; of the others, the jobs that wait for their time are told. */
  readonly running: boolean;
  readonly reached: boolean;
  /** Of a unit that is not reached: why, and which program of it. */
  readonly why?: OutOfReach;
  readonly program: string;
}

/**
 * The bash script that tells which units of a host see its pretended time, by what is so and not by a list: of running
 * units the libraries that are loaded into their processes, of jobs that wait the program that they are going to start.
 *
 *     unit NAME running|waiting reached|go|static|older|privileged PROGRAM
 *     timers COUNT
 */
export const REACH_SCRIPT = `
export LC_ALL=C
# program FILE: reached, go or static
program() {
  if grep -qa 'Go buildinf:' "$1"; then echo go
  elif ldd "$1" 2>/dev/null | grep -q 'libc\\.so\\.'; then echo reached
  else echo static; fi
}
# A script is run by the program of its first line.
interpreter() {
  local first
  read -r first < <(head -c 200 "$1" | tr -d '\\0')
  if [[ $first == '#!'* ]]; then read -r first _ <<<"\${first#??}"; readlink -f "$first"; else readlink -f "$1"; fi
}
running() {
  local pid verdict=gone exe=
  [[ -n $group ]] || return
  for pid in $(find "/sys/fs/cgroup$group" -name cgroup.procs -exec cat {} + 2>/dev/null); do
    exe=$(readlink "/proc/$pid/exe") || continue
    verdict=$(program "/proc/$pid/exe")
    if [[ $verdict == reached ]] && ! grep -q libfaketime "/proc/$pid/maps"; then
      verdict=older
      ! grep -qa libfaketime "/proc/$pid/environ" || verdict=privileged
    fi
    [[ $verdict == reached ]] || break
  done
  [[ $verdict == gone ]] || echo "unit $unit running $verdict $exe"
}
waiting() {
  [[ -e $start ]] || return
  local exe
  exe=$(interpreter "$start")
  echo "unit $unit waiting $(program "$exe") $exe"
}
tell() {
  [[ $environment == *libfaketime* ]] || return
  case $active in
    active | activating | reloading) running ;;
    *) [[ $unit != unde-job-* || $unit == *@* ]] || waiting ;;
  esac
}
declare -A told
group= environment= start=
while IFS='=' read -r key value; do
  case $key in
    Id) unit=$value ;;
    ActiveState) active=$value ;;
    ControlGroup) group=$value ;;
    Environment) environment=$value ;;
    ExecStart) start=\${value#*path=} start=\${start%% *} ;;
    '') # The end of a unit's lines.
      [[ -n \${told[$unit]:-} ]] || tell
      told[$unit]=1 group= environment= start=
      ;;
  esac
done < <(
  # What no timer has started yet is not loaded, and would not be listed.
  jobs=$(systemctl list-unit-files 'unde-job-*.service' --plain --no-legend | cut -d ' ' -f 1 | grep -v @)
  systemctl show -p Id -p ActiveState -p ControlGroup -p Environment -p ExecStart '*.service' $jobs
  echo
)
echo "timers $(systemctl list-timers --all --plain --no-legend 'unde-*' | wc -l)"
`;

/** Reads what {@link REACH_SCRIPT} answered; units in the order of their names. */
export function parseReach(text: string): { units: UnitReach[]; timers: number } {
  const units: UnitReach[] = [];
  let timers = 0;
  for (const line of text.split('\n')) {
    const [word, first = '', state, verdict, ...program] = line.split(' ');
    if (word === 'timers') timers = Number(first);
    if (word !== 'unit') continue;
    const reached = verdict === 'reached';
    units.push({
      unit: first,
      running: state === 'running',
      reached,
      ...(reached ? {} : { why: verdict as OutOfReach }),
      program: program.join(' '),
    });
  }
  return { units: units.sort((a, b) => (a.unit < b.unit ? -1 : 1)), timers };
}

const REASONS: Readonly<Record<OutOfReach, (program: string) => string>> = {
  go: (program) => `${program} is Go, which asks the kernel past libc`,
  static: (program) => `${program} is linked statically`,
  older: (program) => `${program} has been running since before the clock was moved`,
  privileged: (program) => `${program} has privileges of its own, so the loader gives it no other library`,
};

/** Why a unit does not see its host's clock; empty where it does. */
export function explainReach({ why, program }: UnitReach): string {
  return why === undefined ? '' : REASONS[why](program);
}
