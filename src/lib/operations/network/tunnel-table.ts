import chalk from 'chalk';
import { formatSize } from '../../common/text/size.ts';
import type { Column } from '../../common/text/table.ts';
import { formatAge } from '../../common/text/time.ts';
import type { TunnelStatus } from './tunnel-status.ts';

/** The columns of {@link tunnelRow}. */
export const TUNNEL_COLUMNS: readonly Column[] = [
  { header: 'tunnel' },
  { header: 'from' },
  { header: 'state' },
  { header: 'rtt', align: 'right' },
  { header: 'handshake', align: 'right' },
  { header: 'received', align: 'right' },
  { header: 'sent', align: 'right' },
  { header: 'what is wrong', shrink: true },
];

const MARKS = { up: chalk.green('● up'), down: chalk.red('✘ down'), unknown: chalk.yellow('? unknown') };

/** A tunnel as a row. */
export function tunnelRow(tunnel: TunnelStatus): string[] {
  const { rttMs, handshakeAgeSeconds: age, receivedBytes, sentBytes } = tunnel;
  return [
    tunnel.tunnel,
    tunnel.from,
    MARKS[tunnel.state],
    rttMs === null ? '' : `${rttMs.toFixed(1)} ms`,
    age === null ? '' : `${formatAge(age)} ago`,
    receivedBytes === null ? '' : formatSize(receivedBytes),
    sentBytes === null ? '' : formatSize(sentBytes),
    tunnel.reason,
  ];
}
