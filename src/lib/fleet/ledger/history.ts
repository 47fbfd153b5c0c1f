import { parseLedger, type LedgerEntry } from './entry.ts';

/** A ledger entry with the host whose ledger it stands in. */
export interface HistoryEntry extends LedgerEntry {
  readonly host: string;
}

/** Merges the ledgers of several hosts, newest first. */
export function mergeLedgers(
  ledgers: readonly { readonly host: string; readonly lines: readonly string[] }[],
  services: ReadonlySet<string>,
): HistoryEntry[] {
  return ledgers
    .flatMap(({ host, lines }) =>
      // A host writes in order; the sort keeps that order within one second.
      parseLedger(lines)
        .toReversed()
        .filter(({ service }) => services.has(service))
        .map((entry) => ({ ...entry, host })),
    )
    .sort((a, b) => b.at - a.at || (a.host === b.host ? 0 : a.host < b.host ? -1 : 1));
}
