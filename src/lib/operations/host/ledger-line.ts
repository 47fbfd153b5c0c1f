import type { HostAction } from '../../fleet/ledger/entry.ts';
import { ledgerScript } from '../../fleet/ledger/writer.ts';
import { WHOLE_HOST, type TurnContext } from './turn.ts';

/** Bash lines that write into a host's ledger what was done to the host as a whole. */
export function hostLedgerScript(
  { id, by }: Pick<TurnContext, 'id' | 'by'>,
  action: HostAction,
  result: 'ok' | 'failed',
  seconds: number,
  reason: string,
): string {
  return ledgerScript({ id, who: by, action, service: WHOLE_HOST, result, seconds, reason });
}
