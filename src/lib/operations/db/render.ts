import chalk from 'chalk';
import { formatSize } from '../../common/text/size.ts';
import { renderTable } from '../../common/text/table.ts';
import { formatTime } from '../../common/text/time.ts';
import type { DatabaseStatus } from './database-status.ts';

/** How databases are, a row each. */
export function renderDatabases(
  found: readonly DatabaseStatus[],
  { timeZone, width }: { readonly timeZone: string; readonly width?: number | undefined },
): string {
  return renderTable(
    [
      { header: 'database' },
      { header: 'host' },
      { header: 'postgres' },
      { header: 'pgvector' },
      { header: 'size', align: 'right' },
      { header: 'connections', align: 'right' },
      { header: 'schema' },
      { header: `last migration (${timeZone})`, shrink: true },
    ],
    found.map(({ database, host, server, last, applied = 0, pending = [], error }) => [
      database,
      host,
      server?.version ?? chalk.red(error?.code ?? ''),
      server?.vector ?? '',
      server === undefined ? '' : formatSize(server.bytes),
      server === undefined ? '' : `${server.connections}/${server.maxConnections}`,
      server === undefined ? '' : `${applied} of ${applied + pending.length}`,
      last === undefined
        ? ''
        : `${last.name} ${formatTime(Date.parse(last.at) / 1000, timeZone)} by ${last.by}`,
    ]),
    { width },
  );
}
