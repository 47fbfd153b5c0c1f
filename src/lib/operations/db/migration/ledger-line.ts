import { newDeployId } from '../../deploy/batched-rollout.ts';
import { bashCommand, quote } from '../../../common/shell/quote.ts';
import { ledgerFunctions, type LedgerEntry } from '../../../fleet/ledger/entry.ts';
import type { Connection } from '../../../fleet/ssh/connection.ts';

/** Writes into the host's ledger that a database there was migrated. */
export async function recordInLedger(
  connection: Connection,
  user: string,
  entry: Pick<LedgerEntry, 'who' | 'result' | 'seconds' | 'reason'>,
): Promise<void> {
  const { who, result, seconds, reason } = entry;
  const words = [newDeployId(), who, 'migrate', 'postgres', '', '', result, String(seconds), reason];
  const script = `${ledgerFunctions()}\nmkdir -p /var/lib/unde; ledger ${words.map(quote).join(' ')}`;
  await connection.exec(bashCommand(script, user), { timeoutMs: 10_000 });
}
