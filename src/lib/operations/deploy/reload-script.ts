import { quote } from '../../common/shell/quote.ts';
import { ledgerFunctions } from '../../fleet/ledger/writer.ts';
import { gateFunctions, type Gated } from './gate-script.ts';
import { takenOverScript } from './secrets-script.ts';

/**
 * Reloads a unit, waits until it is well again, and writes that down. Nothing is switched, so there is nothing to
 * take back; a unit that does not stand it says so.
 *
 * @param entry The first six words of the ledger's line: id, who, action, service, digest and the one before.
 */
export function reloadScript(service: string, gated: Gated, entry: string): string {
  const unit = quote(gated.unit);
  return `
${ledgerFunctions()}
${gateFunctions(gated)}
record() { ledger ${entry} "$1" $((EPOCHSECONDS - began)) "$2"; }
began=$EPOCHSECONDS
active=$(systemctl is-active ${unit})
sub=; invocation=; last=; before=
systemctl reload ${unit} >&2 || {
  record failed 'the unit could not be reloaded'
  exit 1
}
exec 8<> <(:)
until active=$(systemctl is-active ${unit}); well; do
  if ((EPOCHSECONDS - began > ${gated.health.startSeconds})); then
    echo "not well after the reload: $last" >&2
    record failed "$last"
    exit 1
  fi
  pause 20
done
${takenOverScript(service)}
record ok 'new credentials'`.trim();
}
