import { STATE, serviceDirectory } from '../../common/layout/layout.ts';
import { quote } from '../../common/shell/quote.ts';
import { LEDGER_FUNCTIONS } from '../../fleet/ledger/writer.ts';
import { companionFunctions } from './companion-script.ts';

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

/**
 * A glob for the folders of all deploys of one service, in any folder that names them so. Ids have one length, so
 * that `app` does not match the deploys of `local-app`.
 */
export function deployGlob(service: string): string {
  return `????????-??????-????-${quote(service)}`;
}

/** The transient timer that returns a host unless the deploy is confirmed. */
export function returnUnit(deploy: Pick<DeployIdentity, 'id' | 'service'>): string {
  return `unde-return-${deploy.id}-${deploy.service}`;
}

/**
 * Makes the shell hold a service's switch on this host, through descriptor 8: a switch, a confirmation and a way
 * back take turns, whoever started them. The kernel lets go when the shell ends.
 */
export function holdSwitch(service: string): string {
  return `mkdir -p /run/unde; exec 8>>/run/unde/${quote(`switch-${service}`)}; flock -w 300 8 || { echo "another switch of ${service} does not end" >&2; exit 16; }`;
}

/**
 * The script that takes a host back to what it ran before a deploy. It lies on the host before anything is
 * switched, needs no operator, and is run by the dead-man timer, by a failed gate, when a later batch fails, or at
 * boot. Where there is nothing to take back, it says so and does nothing; one that was cut short is finished by the
 * next.
 *
 * Arguments: RESULT (`failed` or `returned`) REASON [`confirmed`: go back even though the deploy was confirmed |
 * `timer`: the caller is the timer itself].
 *
 * Prints `returned STATE` (the unit's, `none` where none ran before), `returned before`, or `confirmed`. Exits with
 * 4 when something newer runs, 5 when the host is not what it was.
 */
export function undoScript(deploy: DeployIdentity): string {
  const state = serviceDirectory(deploy.service);
  const unit = quote(deploy.unit);
  return `#!/bin/bash
# Returns ${deploy.service} to what it was before deploy ${deploy.id}.
set -u; export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
${LEDGER_FUNCTIONS}
S=${state}; D=${deployDirectory(deploy)}; started=$EPOCHSECONDS
${holdSwitch(deploy.service)}
if [[ -r $S/pending ]] && read -r id <"$S/pending" && [[ $id == ${quote(deploy.id)} ]]; then
  mv "$S/pending" "$D/claimed"
elif [[ -e $D/claimed && ! -e $D/returned ]]; then :
elif [[ -e $D/confirmed && \${3:-} == confirmed ]]; then
  [[ -r $S/generation && $(<"$S/generation") == ${deploy.generation} ]] || { echo "something newer runs" >&2; exit 4; }
  mv "$D/confirmed" "$D/claimed"
  [[ -e $S/confirmed ]] && sed -i '\${/^${deploy.generation} /d}' "$S/confirmed"
elif [[ -e $D/confirmed ]]; then echo confirmed; exit 0
else echo 'returned before'; exit 0
fi
broken=; rm -f "$D/reserve"
# A copy and a rename; where there is no room for a copy, the saved file itself.
restore() {
  cp -p "$1" "$2.unde-new" && mv -f "$2.unde-new" "$2" && return
  rm -f "$2.unde-new"; mv -f "$1" "$2" || broken="; $2 could not be restored"
}
{ read -r digest; read -r generation; read -r active; read -r enabled; } <"$D/previous"
[[ $enabled == enabled ]] || systemctl disable --quiet ${unit} 2>/dev/null
${companionFunctions()}
leave_companions "$S/generations/${deploy.generation}" "$S/generations/$generation"
n=0; while read -r mode path; do
  if [[ -e $D/before/$n ]]; then restore "$D/before/$n" "$path"
  elif [[ ! -e $D/before/$n.absent ]]; then :
  else rm -f "$path"; fi
  n=$((n+1))
done <"$S/generations/${deploy.generation}/rendered"
[[ -e $D/before-files ]] && while read -r n mode path; do
  [[ -e $D/before/old-$n ]] && restore "$D/before/old-$n" "$path"
done <"$D/before-files"
${deploy.hasRelease ? `if [[ -z $digest ]]; then rm -f "$S/current"; elif [[ -L $D/current ]]; then mv -T "$D/current" "$S/current" || broken="; the link to the release could not be restored"; fi` : ''}
if [[ -z $generation ]]; then rm -f "$S/generation"; elif [[ -e $D/generation ]]; then mv -f "$D/generation" "$S/generation"; fi
systemctl daemon-reload
[[ -z $generation ]] || start_companions "$S/generations/$generation"
systemctl reset-failed ${unit} 2>/dev/null
now=none
case $active in
  active|activating|reloading) systemctl restart ${unit}; now=$(systemctl is-active ${unit}) ;;
  *) systemctl stop ${unit} ;;
esac
[[ $now == none || $now == active || $active != active ]] || broken+="; the unit is $now after it"
ledger ${quote(deploy.id)} ${quote(deploy.by)} ${deploy.action} ${quote(deploy.service)} "$digest" ${quote(deploy.digest)} "$1" $((EPOCHSECONDS - started)) "$2$broken"
# A release that was good here once is not bad because it does not stand new settings.
if [[ $1 == failed && $digest != ${deploy.digest} ]] && ! grep -qs ${quote(` ${deploy.digest}$`)} "$S/confirmed"; then
  mkdir -p "$S/bad"; printf '%s\\n' "$2" >"$S/bad/${deploy.digest}"
fi
: >"$D/returned"
[[ \${3:-} == timer ]] || systemctl stop ${quote(returnUnit(deploy))}.timer ${quote(returnUnit(deploy))}-late.timer 2>/dev/null
echo "returned $now"
[[ -z $broken ]] || exit 5
`;
}

/** The unit that finishes, at boot, what the timers would have done: transient timers do not survive a restart. */
export const BOOT_RETURN_UNIT = 'unde-return.service';

/**
 * Renders {@link BOOT_RETURN_UNIT}. Every deploy's own script decides whether there is something to take back. It
 * is not ordered against the services: it restarts them, and would wait for itself.
 */
export function bootReturnUnit(): string {
  return `# Written by unde.
[Unit]
Description=UNDE: takes back deploys that nobody confirmed before the host was restarted
ConditionPathExistsGlob=|${STATE}/services/*/pending
ConditionPathExistsGlob=|${STATE}/deploys/*/claimed
After=local-fs.target

[Service]
Type=oneshot
ExecStart=/bin/bash -c 'for u in ${STATE}/deploys/*/undo; do "$$u" returned "the host was restarted before anybody confirmed the deploy"; done'

[Install]
WantedBy=multi-user.target
`;
}
