import { HTTP_GET } from '../../common/shell/http-get.ts';
import { quote } from '../../common/shell/quote.ts';
import type { CommandHealth, HealthSpec, HttpHealth } from '../../manifest/health.ts';
import { returnUnit, type DeployIdentity } from './undo-script.ts';

/** For how long a host waits for the confirmation once its gate has passed, in seconds. */
export const CONFIRM_SECONDS = 20;

/** What a gate watches. */
export interface Gated {
  readonly unit: string;
  /** Absent where it listens on none. */
  readonly port?: number | undefined;
  readonly health: HealthSpec;
  /** How long the process that runs now may take to drain, in seconds. */
  readonly stopSeconds: number;
  /** Digest that `/health` must name; `undefined` for a third-party service, which names none. */
  readonly release: string | undefined;
}

/**
 * The health gate, which runs on the host itself, so that neither round trips nor a missing curl matter. It is
 * bound to the new process: systemd's InvocationID must be new and stay, `/health` must name that invocation and the
 * release's digest, and both must hold for a while. A unit that exits fails it at once.
 *
 * Time is the kernel's uptime: a clock that is set meanwhile neither passes nor fails a gate. The time for the start
 * begins with the new process, since the old one may take its own to drain.
 *
 * Defines `gate`, which prints `gate ok INVOCATION` or `gate failed REASON`. The variable `before` must hold the
 * InvocationID from before the restart.
 */
export function gateFunctions(gated: Gated): string {
  const { health, stopSeconds } = gated;
  const unit = quote(gated.unit);
  return `
set +eu
gate() {
  local start limit=$((${stopSeconds + health.startSeconds} * 100)) hold=$((${health.stableSeconds} * 100))
  local since=0 mine= last='the process before it has not ended' pause=20 now
  local active= sub= inv= restarts=0 result= code=
  exec 8<> <(:)
  uptime; start=$now
  until ask; do
    if [[ -n $mine ]] && well; then
      # While it answers for itself, systemd need not be asked: the answers name the process.
      uptime; since=$now
      while uptime; ((now - since < hold)) && well; do pause 25; done
      ask && return
      ((now - since >= hold)) && well && { echo "gate ok $mine"; return; }
      continue
    fi
    uptime
    if ((now - start > limit)); then echo "gate failed not ready after $((limit / 100)) s: $last"; return; fi
    # Each question is a process, and thirty hosts of a lab ask on two processors: less often as time goes by.
    pause $pause; ((pause < 100)) && ((pause += pause / 2))
  done
}
# Asks systemd; succeeds, with the verdict printed, where there is nothing left to wait for.
ask() {
  local key value
  while IFS='=' read -r key value; do
    case $key in
      ActiveState) active=$value ;; SubState) sub=$value ;; InvocationID) inv=$value ;;
      NRestarts) restarts=$value ;; Result) result=$value ;; ExecMainStatus) code=$value ;;
    esac
  done < <(systemctl show -p ActiveState,SubState,InvocationID,NRestarts,Result,ExecMainStatus ${unit})
  [[ $inv != "$before" && -n $inv ]] || return 1
  if [[ -z $mine ]]; then mine=$inv; uptime; start=$now; limit=$((${health.startSeconds} * 100)); last='nothing answered'; fi
  if [[ $inv != "$mine" ]] || ((restarts > 0)); then echo "gate failed the process exited (status $code, $result) and systemd started it again"; return 0; fi
  if [[ $active == failed || $active == inactive || $active == deactivating ]]; then echo "gate failed the unit is $active (status $code, $result)"; return 0; fi
  if [[ $active == activating && $sub == auto-restart ]]; then echo "gate failed the process exited (status $code, $result)"; return 0; fi
  return 1
}
# Waits for hundredths of a second without starting a process for it: nothing ever comes from this pipe.
pause() { local seconds; printf -v seconds '%d.%02d' $(($1 / 100)) $(($1 % 100)); read -r -t "$seconds" -u 8; }
# The hundredths of seconds since the host was started.
uptime() { read -r now _ </proc/uptime; now=$((10#\${now/./})); }
${HTTP_GET}
well() {
  [[ $active == active ]] || { last="the unit is $active ($sub)"; return 1; }
${'command' in health ? commandQuestion(health) : httpQuestion(health, gated)}
  return 0
}
`.trim();
}

/** Asks a service that speaks no HTTP; what it prints last is why it is not well. */
function commandQuestion(health: CommandHealth): string {
  return `  body=$(timeout 5 bash -c ${quote(health.command)} 2>&1) || { last="\${body##*$'\\n'}"; last=\${last:-its health command fails}; return 1; }`;
}

function httpQuestion(health: HttpHealth, { port, release }: Gated): string {
  const lines = [
    `http_get ${port} ${quote(health.path)} || { last="nothing listens on port ${port}"; return 1; }`,
    `[[ $status == 200 ]] || { last="${health.path} answers $status"; return 1; }`,
  ];
  if (release !== undefined) {
    lines.push(
      `[[ $body == *'"release":"${release}"'* ]] || { last="${health.path} is answered by another release: \${body:0:160}"; return 1; }`,
      `[[ $body == *'"invocation":"'"$inv"'"'* ]] || { last="${health.path} is answered by another process: \${body:0:160}"; return 1; }`,
    );
  }
  if (health.ready !== health.path) {
    lines.push(
      `http_get ${port} ${quote(health.ready)} && [[ $status == 200 ]] || { last="${health.ready} answers $status: \${body:0:200}"; return 1; }`,
    );
  }
  return lines.map((line) => `  ${line}`).join('\n');
}

/** Prints a unit's last journal lines, each behind `journal`. */
export function journalCommand(unit: string): string {
  return `journalctl -q -u ${quote(unit)} --no-pager -o short-iso -n 20 2>/dev/null | sed 's/^/journal /'`;
}

/**
 * Waits for the gate after a switch. Once it has passed, the way back stays armed, but from there on only the
 * confirmation is awaited; when it fails, the unit's last journal lines follow the verdict.
 */
export function armedGateScript(deploy: DeployIdentity, gated: Gated): string {
  return `
${gateFunctions(gated)}
verdict=$(gate)
echo "$verdict"
if [[ $verdict == 'gate ok '* ]]; then
  # The way back stays armed, but from here on only the confirmation is awaited.
  systemd-run --quiet --collect --unit=${returnUnit(deploy)}-late --on-active=${CONFIRM_SECONDS}s --timer-property=AccuracySec=100ms -- "$D/undo" returned ${quote(`the gate passed, but nobody confirmed it within ${CONFIRM_SECONDS} s`)} timer >&2
  printf '%s\\n' $((EPOCHSECONDS + ${CONFIRM_SECONDS})) >"$D/due"
  systemctl stop ${returnUnit(deploy)}.timer 2>/dev/null
else
  ${journalCommand(deploy.unit)}
fi`.trim();
}
