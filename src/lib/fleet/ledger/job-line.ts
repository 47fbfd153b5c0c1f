import { serviceDirectory } from '../../common/layout/layout.ts';
import { quote } from '../../common/shell/quote.ts';
import { ledgerFunctions, type JobAction } from './entry.ts';

/**
 * Bash lines that write into the host's ledger what an operator did about a job of a service. The service itself is
 * not changed: the ledger names what it runs.
 */
export function recordScript(
  id: string,
  by: string,
  action: JobAction,
  service: string,
  text: string,
): string {
  const state = serviceDirectory(service);
  return `
${ledgerFunctions()}
digest=; if [[ -L ${state}/current ]]; then digest=$(readlink ${state}/current); digest=\${digest##*/}
elif [[ -r ${state}/generation ]]; then digest=$(cat "${state}/generations/$(<${state}/generation)/digest" 2>/dev/null); fi
ledger ${quote(id)} ${quote(by)} ${action} ${quote(service)} "$digest" "$digest" ok 0 ${quote(text)}`.trim();
}
