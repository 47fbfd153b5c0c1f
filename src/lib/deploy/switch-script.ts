import { STATE, releaseDirectory, serviceDirectory } from '../host/layout.ts';
import { quote } from '../host/shell.ts';
import { deployDirectory, returnUnit, undoScript, type DeployIdentity } from './undo-script.ts';

/**
 * Puts a generation that lies on the host in force: saves what was, arms the dead-man timer, then switches and
 * restarts. From the moment that anything differs, the host can go back by itself.
 *
 * @param returnSeconds After how many seconds without a confirmation the host goes back.
 * @param expected The generation that the plan was made for, `''` for none; the lock was taken after the plan, and
 *   somebody may have been faster. `undefined` where an unconfirmed deploy was returned in between.
 */
export function switchScript(
  deploy: DeployIdentity,
  returnSeconds: number,
  expected: string | undefined,
): string {
  const state = serviceDirectory(deploy.service);
  const release = releaseDirectory(deploy.service, deploy.digest);
  const unit = quote(deploy.unit);
  const undo = Buffer.from(undoScript(deploy)).toString('base64');
  return `
set -euo pipefail; export LC_ALL=C; umask 022
S=${state}; D=${deployDirectory(deploy)}; G=$S/generations/${deploy.generation}
[[ -r $G/rendered ]] || { echo "generation ${deploy.generation} is not on this host" >&2; exit 11; }
[[ ! -e $S/pending ]] || { echo "another deploy is not confirmed yet: $(head -n 1 "$S/pending")" >&2; exit 12; }
rm -rf "$D"; mkdir -p "$D/before"
base64 -d <<<${undo} >"$D/undo"; chmod 755 "$D/undo"
digest=; [[ -L $S/current ]] && { digest=$(readlink "$S/current"); digest=\${digest##*/}; }
generation=; [[ -r $S/generation ]] && generation=$(<"$S/generation")
${expected === undefined ? '' : `[[ $generation == "${expected}" ]] || { echo "another deploy put generation $generation in force since the plan was made" >&2; exit 15; }`}
[[ -n $digest || -z $generation ]] || digest=$(<"$S/generations/$generation/digest")
active=$(systemctl is-active ${unit} || true); enabled=$(systemctl is-enabled ${unit} 2>/dev/null || true)
printf '%s\\n' "$digest" "$generation" "$active" "$enabled" >"$D/previous"
n=0; while read -r mode path; do [[ -e $path ]] && cp -p "$path" "$D/before/$n"; n=$((n+1)); done <"$G/rendered"
# Files that the generation before had and this one no longer has are taken away, and kept for the way back.
if [[ -n $generation && -r $S/generations/$generation/rendered ]]; then
  n=0; while read -r mode path; do
    if ! cut -d' ' -f2- "$G/rendered" | grep -qxF -- "$path" && [[ -e $path ]]; then
      cp -p "$path" "$D/before/old-$n"; printf '%s %s %s\\n' "$n" "$mode" "$path" >>"$D/before-files"; fi
    n=$((n+1))
  done <"$S/generations/$generation/rendered"
fi
printf '%s\\n' ${quote(deploy.id)} ${deploy.generation} ${deploy.digest} $((EPOCHSECONDS + ${returnSeconds})) ${quote(deploy.by)} >"$D/pending"
sync -f "$D"
systemd-run --quiet --collect --unit=${returnUnit(deploy)} --on-active=${returnSeconds}s --timer-property=AccuracySec=100ms -- "$D/undo" returned "nobody confirmed the deploy within ${returnSeconds} s" timer >&2
mv "$D/pending" "$S/pending"
n=0; while read -r mode path; do
  mkdir -p "\${path%/*}"; install -m "$mode" "$G/file-$n" "$path.unde-new"; mv -f "$path.unde-new" "$path"; n=$((n+1))
done <"$G/rendered"
[[ ! -e $D/before-files ]] || while read -r n mode path; do rm -f "$path"; done <"$D/before-files"
${deploy.hasRelease ? `ln -sfn ${release} "$S/current.new"; mv -T "$S/current.new" "$S/current"` : ''}
printf '%s\\n' ${deploy.generation} >"$S/generation"
systemctl daemon-reload
systemctl enable --quiet ${unit} 2>/dev/null || true
systemctl reset-failed ${unit} 2>/dev/null || true
before=$(systemctl show -p InvocationID --value ${unit})
systemctl restart --no-block ${unit}
echo "switched $before"`.trim();
}

/**
 * Confirms a deploy over a fresh connection: the process must be the one that the gate watched. The same rename as
 * in the undo script decides who was first.
 *
 * @param invocation systemd's InvocationID of the process that passed the gate.
 * @param seconds How long the deploy took on this host.
 */
export function confirmScript(
  deploy: DeployIdentity,
  invocation: string,
  seconds: number,
  ledgerFunctions: string,
): string {
  const state = serviceDirectory(deploy.service);
  return `
set -u; export LC_ALL=C
${ledgerFunctions}
S=${state}; D=${deployDirectory(deploy)}
now=$(systemctl show -p InvocationID --value ${quote(deploy.unit)})
if [[ $now != ${invocation} || $(systemctl is-active ${quote(deploy.unit)}) != active ]]; then
  "$D/undo" failed "the process that passed the gate is gone"; exit 13
fi
{ [[ -r $S/pending ]] && read -r id <"$S/pending" && [[ $id == ${deploy.id} ]] && mv "$S/pending" "$D/confirmed"; } 2>/dev/null || { echo "the host went back before it was confirmed" >&2; exit 14; }
systemctl stop ${returnUnit(deploy)}.timer ${returnUnit(deploy)}-late.timer 2>/dev/null
previous=$(head -n 1 "$D/previous")
rm -f "$S/bad/${deploy.digest}"
printf '%s %s\\n' ${deploy.generation} ${deploy.digest} >>"$S/confirmed"
ledger ${quote(deploy.id)} ${quote(deploy.by)} ${deploy.action} ${quote(deploy.service)} ${deploy.digest} "$previous" ok ${seconds} ''
${deploy.abandons ? `mkdir -p "$S/bad"; [[ -z $previous ]] || printf 'rolled back by %s\\n' ${quote(deploy.by)} >"$S/bad/$previous"` : ''}
echo confirmed`.trim();
}

/**
 * Removes what is no longer needed: releases and generations beyond the newest ones, deploys of long ago, blobs that
 * no release links to. What runs, and what a rollback would pick, always stays.
 */
export function pruneScript(service: string, kept: number): string {
  const state = serviceDirectory(service);
  return `
set -u; S=${state}; cd ${STATE} || exit 0
declare -A keep=()
while read -r g r; do keep[$g]=1; keep[$r]=1; done < <(tac "$S/confirmed" 2>/dev/null | awk '!seen[$2]++' | head -n ${kept})
[[ -r $S/generation ]] && keep[$(<"$S/generation")]=1
[[ -L $S/current ]] && { c=$(readlink "$S/current"); keep[\${c##*/}]=1; }
shopt -s nullglob
for d in releases/${quote(service)}/*/ "$S"/generations/*/; do d=\${d%/}; [[ \${keep[\${d##*/}]:-} ]] || rm -rf "$d"; done
ls -1dt deploys/*-${quote(service)} 2>/dev/null | tail -n +${kept + 1} | while read -r d; do rm -rf "$d"; done
find store -type f -links 1 -mmin +60 -delete 2>/dev/null
true`.trim();
}
