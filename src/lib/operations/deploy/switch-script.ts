import { STATE, releaseDirectory, serviceDirectory } from '../../common/layout/layout.ts';
import { quote } from '../../common/shell/quote.ts';
import { companionFunctions } from './companion-script.ts';
import { takenOverScript } from './secrets-script.ts';
import {
  BOOT_RETURN_UNIT,
  bootReturnUnit,
  deployDirectory,
  deployGlob,
  holdSwitch,
  returnUnit,
  undoScript,
  type DeployIdentity,
} from './undo-script.ts';

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
  const boot = Buffer.from(bootReturnUnit()).toString('base64');
  return `
set -euo pipefail; export LC_ALL=C; umask 022
S=${state}; D=${deployDirectory(deploy)}; G=$S/generations/${deploy.generation}
# A way back that was cut short is finished first; it takes the switch itself.
for c in ${STATE}/deploys/${deployGlob(deploy.service)}/claimed; do
  if [[ -e $c && ! -e \${c%claimed}returned ]]; then "\${c%claimed}undo" returned 'cut short, and finished by the next deploy' >&2; fi
done
${holdSwitch(deploy.service)}
[[ -r $G/rendered ]] || { echo "generation ${deploy.generation} is not on this host" >&2; exit 11; }
[[ ! -e $S/pending ]] || { echo "another deploy is not confirmed yet: $(head -n 1 "$S/pending")" >&2; exit 12; }
generation=; [[ -r $S/generation ]] && generation=$(<"$S/generation")
${expected === undefined ? '' : `[[ $generation == ${quote(expected)} ]] || { echo "another deploy put generation $generation in force since the plan was made" >&2; exit 15; }`}
digest=; [[ -L $S/current ]] && { digest=$(readlink "$S/current"); digest=\${digest##*/}; }
if [[ -z $digest && -n $generation && -r $S/generations/$generation/digest ]]; then digest=$(<"$S/generations/$generation/digest"); fi
active=$(systemctl is-active ${unit} || true); enabled=$(systemctl is-enabled ${unit} 2>/dev/null || true)
# Everything that needs room on a disk comes before anything differs: the switch and the way back only rename.
rm -rf "$D"; mkdir -p "$D/before"
# What the ledger and the marks will take, so that a disk that fills up meanwhile does not silence them.
head -c 65536 /dev/zero >"$D/reserve"
trap 'while read -r mode path; do rm -f "$path.unde-new"; done <"$G/rendered"' EXIT
base64 -d <<<${undo} >"$D/undo"; chmod 755 "$D/undo"
printf '%s\\n' "$digest" "$generation" "$active" "$enabled" >"$D/previous"
declare -A new=()
n=0; while read -r mode path; do
  new[$path]=1
  if [[ -e $path ]]; then cp -p "$path" "$D/before/$n"; else : >"$D/before/$n.absent"; fi
  mkdir -p "\${path%/*}"; install -m "$mode" "$G/file-$n" "$path.unde-new"; n=$((n+1))
done <"$G/rendered"
# Files that the generation before had and this one no longer has are taken away, and kept for the way back.
if [[ -n $generation && -r $S/generations/$generation/rendered ]]; then
  n=0; while read -r mode path; do
    if [[ -z \${new[$path]:-} && -e $path ]]; then
      cp -p "$path" "$D/before/old-$n"; printf '%s %s %s\\n' "$n" "$mode" "$path" >>"$D/before-files"; fi
    n=$((n+1))
  done <"$S/generations/$generation/rendered"
fi
if [[ -n $generation ]]; then printf '%s\\n' "$generation" >"$D/generation"; fi
printf '%s\\n' ${deploy.generation} >"$D/generation-next"
${deploy.hasRelease ? `if [[ -n $digest ]]; then cp -P "$S/current" "$D/current"; fi; ln -sn ${release} "$D/current-next"` : ''}
if ! base64 -d <<<${boot} | cmp -s - /etc/systemd/system/${BOOT_RETURN_UNIT}; then
  base64 -d <<<${boot} >"$D/boot"; mkdir -p /etc/systemd/system/multi-user.target.wants
  install -m 644 "$D/boot" /etc/systemd/system/${BOOT_RETURN_UNIT}.new; mv -f /etc/systemd/system/${BOOT_RETURN_UNIT}.new /etc/systemd/system/${BOOT_RETURN_UNIT}
fi
ln -sfn ../${BOOT_RETURN_UNIT} /etc/systemd/system/multi-user.target.wants/${BOOT_RETURN_UNIT}
printf '%s\\n' ${quote(deploy.id)} ${deploy.generation} ${deploy.digest} $((EPOCHSECONDS + ${returnSeconds})) ${quote(deploy.by)} >"$D/pending"
sync -f "$D"
systemd-run --quiet --collect --unit=${returnUnit(deploy)} --on-active=${returnSeconds}s --timer-property=AccuracySec=100ms -- "$D/undo" returned "nobody confirmed the deploy within ${returnSeconds} s" timer >&2
mv "$D/pending" "$S/pending"; sync "$S"
${companionFunctions()}
leave_companions "$S/generations/$generation" "$G"
while read -r mode path; do mv -f "$path.unde-new" "$path"; done <"$G/rendered"
[[ ! -e $D/before-files ]] || while read -r n mode path; do rm -f "$path"; done <"$D/before-files"
${deploy.hasRelease ? `mv -T "$D/current-next" "$S/current"` : ''}
mv -f "$D/generation-next" "$S/generation"
trap - EXIT
# Enabling makes systemd read its files again, which is a good part of a switch.
[[ $enabled != enabled ]] && systemctl enable --quiet ${unit} 2>/dev/null || systemctl daemon-reload
start_companions "$G"
# It also forgets how often the unit was started: five deploys in two minutes are no crash loop.
systemctl reset-failed ${unit} 2>/dev/null || true
before=$(systemctl show -p InvocationID --value ${unit})
systemctl restart --no-block ${unit}
exec 8>&-
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
if [[ $now != ${quote(invocation)} || $(systemctl is-active ${quote(deploy.unit)}) != active ]]; then
  "$D/undo" failed "the process that passed the gate is gone"; exit 13
fi
${holdSwitch(deploy.service)}
{ [[ -r $S/pending ]] && read -r id <"$S/pending" && [[ $id == ${quote(deploy.id)} ]] && mv "$S/pending" "$D/confirmed"; } 2>/dev/null || { echo "the host went back before it was confirmed" >&2; exit 14; }
systemctl stop ${returnUnit(deploy)}.timer ${returnUnit(deploy)}-late.timer 2>/dev/null
rm -f "$D/reserve"
previous=$(head -n 1 "$D/previous")
rm -f "$S/bad/${deploy.digest}"
${takenOverScript(deploy.service)}
printf '%s %s\\n' ${deploy.generation} ${deploy.digest} >>"$S/confirmed"
ledger ${quote(deploy.id)} ${quote(deploy.by)} ${deploy.action} ${quote(deploy.service)} ${deploy.digest} "$previous" ok ${seconds} ''
${deploy.abandons ? `mkdir -p "$S/bad"; [[ -z $previous || $previous == ${deploy.digest} ]] || printf 'rolled back by %s\\n' ${quote(deploy.by)} >"$S/bad/$previous"` : ''}
echo confirmed`.trim();
}

/**
 * Removes what is no longer needed: releases and generations beyond the newest ones, deploys of long ago, blobs that
 * no release links to, and what a deploy that was killed left half-made. What runs, what a rollback would pick, and
 * what the kept deploys would go back to always stays.
 */
export function pruneScript(service: string, kept: number): string {
  const state = serviceDirectory(service);
  return `
set -u; S=${state}; cd ${STATE} || exit 0
shopt -s nullglob
declare -A keep=() seen=()
current=; [[ -L $S/current ]] && { current=$(readlink "$S/current"); current=\${current##*/}; keep[$current]=1; }
[[ -s $S/generation ]] && keep[$(<"$S/generation")]=1
if [[ -r $S/confirmed ]]; then
  mapfile -t lines <"$S/confirmed"; good=
  for ((i = \${#lines[@]} - 1; i >= 0; i--)); do
    read -r g r <<<"\${lines[i]}"; [[ -z \${seen[$r]:-} ]] || continue
    # The newest good release is kept however many bad ones came after it.
    if [[ -z $good && $r != "$current" && ! -e $S/bad/$r ]]; then good=$r; elif ((\${#seen[@]} >= ${kept})); then continue; fi
    seen[$r]=1; keep[$g]=1; keep[$r]=1
  done
fi
deploys=(deploys/${deployGlob(service)}); ((\${#deploys[@]})) && mapfile -t deploys < <(ls -1dt "\${deploys[@]}")
for d in "\${deploys[@]:0:${kept}}"; do
  r=; g=; [[ -r $d/previous ]] && { read -r r; read -r g; } <"$d/previous"
  [[ -z $g ]] || keep[$g]=1
  [[ -z $r || $d != "\${deploys[0]}" ]] || keep[$r]=1
done
for d in "\${deploys[@]:${kept}}"; do rm -rf "$d"; done
for d in releases/${quote(service)}/*/ "$S"/generations/*/; do d=\${d%/}; [[ \${keep[\${d##*/}]:-} ]] || rm -rf "$d"; done
rm -rf incoming/${deployGlob(service)}
# By the time of the last change of the inode: a blob that was just brought may carry any other date.
find store -type f -links 1 -cmin +60 -delete 2>/dev/null
true`.trim();
}
