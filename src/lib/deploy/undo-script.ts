import { STATE, serviceDirectory } from '../host/layout.ts';
import { quote } from '../host/shell.ts';
import { LEDGER_FUNCTIONS } from '../ledger/entry.ts';

/** One deploy of one service, as the scripts on a host know it. */
export interface DeployIdentity {
  readonly id: string;
  /** user@machine of the operator. */
  readonly by: string;
  readonly service: string;
  readonly unit: string;
  /** `deploy` or `rollback`, for the ledger. */
  readonly action: 'deploy' | 'rollback';
  /** `current` points at a release; a platform service has none. */
  readonly hasRelease: boolean;
  readonly digest: string;
  readonly generation: string;
  /** Marks the release that is left as bad, once the new one is confirmed: what a rollback without a version does. */
  readonly abandons: boolean;
}

/** The folder of a deploy on a host. */
export function deployDirectory(deploy: Pick<DeployIdentity, 'id' | 'service'>): string {
  return `${STATE}/deploys/${deploy.id}-${deploy.service}`;
}

/** The transient timer that returns a host unless the deploy is confirmed. */
export function returnUnit(deploy: Pick<DeployIdentity, 'id' | 'service'>): string {
  return `unde-return-${deploy.id}-${deploy.service}`;
}

/**
 * The script that takes a host back to what it ran before a deploy. It lies on the host before anything is
 * switched, needs no operator, and is run by the dead-man timer, by a failed gate, or when a later batch fails.
 * Two of them at once, or one of them beside a confirmation, are settled by one rename: the first wins.
 *
 * Arguments: RESULT (`failed` or `returned`) REASON [`confirmed`: go back even though the deploy was confirmed].
 */
export function undoScript(deploy: DeployIdentity): string {
  const state = serviceDirectory(deploy.service);
  return `#!/bin/bash
# Returns ${deploy.service} to what it was before deploy ${deploy.id}.
set -u; export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
${LEDGER_FUNCTIONS}
S=${state}; D=${deployDirectory(deploy)}; started=$EPOCHSECONDS
if [[ \${3:-} == confirmed ]]; then
  mkdir "$D/undone" 2>/dev/null || exit 0
  [[ $(<"$S/generation") == ${deploy.generation} ]] || { echo "something newer runs" >&2; exit 4; }
  [[ -e $S/confirmed ]] && sed -i '\${/^${deploy.generation} /d}' "$S/confirmed"
else
  { [[ -r $S/pending ]] && read -r id <"$S/pending" && [[ $id == ${deploy.id} ]] && mv "$S/pending" "$D/claimed"; } 2>/dev/null || exit 0
fi
{ read -r digest; read -r generation; read -r active; read -r enabled; } <"$D/previous"
n=0; while read -r mode path; do
  if [[ -e $D/before/$n ]]; then cp -p "$D/before/$n" "$path.unde-new" && mv -f "$path.unde-new" "$path"; else rm -f "$path"; fi
  ((n++))
done <"$S/generations/${deploy.generation}/rendered"
[[ -e $D/before-files ]] && while read -r n mode path; do
  cp -p "$D/before/old-$n" "$path.unde-new" && mv -f "$path.unde-new" "$path"
done <"$D/before-files"
${deploy.hasRelease ? `if [[ -n $digest ]]; then ln -sfn "${STATE}/releases/${deploy.service}/$digest" "$S/current.new" && mv -T "$S/current.new" "$S/current"; else rm -f "$S/current"; fi` : ''}
if [[ -n $generation ]]; then printf '%s\\n' "$generation" >"$S/generation"; else rm -f "$S/generation"; fi
if [[ $1 == failed ]]; then mkdir -p "$S/bad"; printf '%s\\n' "$2" >"$S/bad/${deploy.digest}"; fi
systemctl daemon-reload
systemctl reset-failed ${quote(deploy.unit)} 2>/dev/null
if [[ $active == active ]]; then systemctl restart ${quote(deploy.unit)}; else systemctl stop ${quote(deploy.unit)}; fi
[[ $enabled == enabled ]] || systemctl disable --quiet ${quote(deploy.unit)} 2>/dev/null
now=none; [[ $active == active ]] && now=$(systemctl is-active ${quote(deploy.unit)})
ledger ${quote(deploy.id)} ${quote(deploy.by)} ${deploy.action} ${quote(deploy.service)} "$digest" ${quote(deploy.digest)} "$1" $((EPOCHSECONDS - started)) "$2"
[[ \${3:-} == timer ]] || systemctl stop ${quote(returnUnit(deploy))}.timer ${quote(returnUnit(deploy))}-late.timer 2>/dev/null
echo "returned $now"
`;
}
