import { quote } from '../../common/shell/quote.ts';
import { STATE } from '../../common/layout/layout.ts';
import { ledgerFunctions, type HostAction } from '../../fleet/ledger/entry.ts';
import { WHOLE_HOST, type TurnContext } from './turn.ts';

/** A bash line that writes into a host's ledger what was done to the host as a whole. */
export function recordLine(
  { id, by }: Pick<TurnContext, 'id' | 'by'>,
  action: HostAction,
  result: 'ok' | 'failed',
  seconds: number,
  text: string,
): string {
  return [
    ledgerFunctions(),
    `mkdir -p ${STATE}`,
    `ledger ${quote(id)} ${quote(by)} ${action} ${WHOLE_HOST} '' '' ${result} ${Math.round(seconds)} ${quote(text)}`,
  ].join('\n');
}
