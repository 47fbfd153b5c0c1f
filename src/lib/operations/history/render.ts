import chalk from 'chalk';
import { renderTable } from '../../common/text/table.ts';
import { formatTime } from '../../common/text/time.ts';
import { shortDigest } from '../../desired/release/release.ts';
import type { HistoryEntry } from '../../fleet/ledger/history.ts';

const COLOURS: Readonly<Record<HistoryEntry['result'], (text: string) => string>> = {
  ok: chalk.green,
  failed: chalk.red,
  returned: chalk.yellow,
};

/** What was done, a row an entry. */
export function renderHistory(
  entries: readonly HistoryEntry[],
  { timeZone, width }: { readonly timeZone: string; readonly width?: number | undefined },
): string {
  return renderTable(
    [
      { header: `when (${timeZone})` },
      { header: 'host' },
      { header: 'service' },
      { header: 'action' },
      { header: 'release' },
      { header: 'from' },
      { header: 'result' },
      { header: 's', align: 'right' },
      { header: 'who' },
      { header: 'why', shrink: true },
    ],
    entries.map((entry) => [
      formatTime(entry.at, timeZone),
      entry.host,
      entry.service,
      entry.action,
      shortDigest(entry.digest === '' ? undefined : entry.digest),
      shortDigest(entry.from === '' ? undefined : entry.from),
      COLOURS[entry.result](entry.result),
      String(entry.seconds),
      entry.who,
      entry.reason,
    ]),
    { width },
  );
}
