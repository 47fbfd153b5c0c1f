import type { JobAction } from '../../fleet/ledger/entry.ts';
import { ledgerScript } from '../../fleet/ledger/writer.ts';
import { serviceDirectory } from '../../common/layout/layout.ts';

/**
 * Bash lines that write into the host's ledger what an operator did about a job of a service. The service itself is
 * not changed: the ledger names what it runs.
 */
export function jobLedgerScript(
  id: string,
  who: string,
  action: JobAction,
  service: string,
  reason: string,
): string {
  const state = serviceDirectory(service);
  const digest = { bash: '"$digest"' };
  return `
digest=; if [[ -L ${state}/current ]]; then digest=$(readlink ${state}/current); digest=\${digest##*/}
elif [[ -r ${state}/generation ]]; then digest=$(cat "${state}/generations/$(<${state}/generation)/digest" 2>/dev/null); fi
${ledgerScript({ id, who, action, service, digest, from: digest, result: 'ok', seconds: 0, reason })}`.trim();
}
