import { STATE } from '../../common/layout/layout.ts';
import { quote } from '../../common/shell/quote.ts';
import { shellScript } from '../../common/shell/script.ts';
import { LEDGER, type LedgerEntry } from './entry.ts';

/**
 * Bash functions that append to the ledger on the host itself, so that what happens at 3 a.m. without an operator
 * is written down too. One short append is atomic.
 */
export function ledgerFunctions(): string {
  return shellScript({ ledger_file: LEDGER }, 'lib/fleet/ledger/ledger.sh');
}

/** A field that only the host knows: a word of bash, expanded there. */
export interface HostWord {
  readonly bash: string;
}

/** An entry as a script writes it; the time is the host's. */
export type NewLedgerEntry = Pick<LedgerEntry, 'id' | 'who' | 'action' | 'service' | 'reason' | 'result'> & {
  readonly seconds: number;
  /** Nothing is deployed where they are left out. */
  readonly digest?: string | HostWord;
  readonly from?: string | HostWord;
};

/** Bash lines that write an entry into the host's ledger. */
export function ledgerScript(entry: NewLedgerEntry): string {
  const { id, who, action, service, digest = '', from = '', result, seconds, reason } = entry;
  const words = [id, who, action, service, digest, from, result, String(Math.round(seconds)), reason];
  return [ledgerFunctions(), `mkdir -p ${STATE}`, `ledger ${words.map(wordOf).join(' ')}`].join('\n');
}

function wordOf(field: string | HostWord): string {
  return typeof field === 'string' ? quote(field) : field.bash;
}

/** A line for `ledger_line`: all of an entry but its time. */
export function untimedLedgerLine(entry: Omit<LedgerEntry, 'at'>): string {
  const { id, who, action, service, digest, from, result, seconds, reason } = entry;
  return JSON.stringify({ id, at: 0, who, action, service, digest, from, result, seconds, reason });
}
