import { DRAINED, STATE } from '../../../common/layout/layout.ts';
import { HOST_PATH, shellScript } from '../../../common/shell/script.ts';
import { LEDGER } from '../../../fleet/ledger/entry.ts';
import { LISTS_FETCHED, SIMULATE_UPGRADE } from './apt.ts';

/** Enough of the ledger for the last deploy to be in it, whatever was restarted since. */
const LEDGER_LINES = 50;

/**
 * The script that asks a host for its vitals in one round trip. It needs bash, coreutils and apt, and root's rights
 * only to see which processes run replaced libraries. {@link parseVitals} reads its records, one a line, fields
 * separated by tabs.
 */
export function vitalsScript(): string {
  const variables = {
    PATH: HOST_PATH,
    root: STATE,
    drained: DRAINED,
    ledger_file: LEDGER,
    ledger_lines: LEDGER_LINES,
  };
  return [
    `lists_fetched() { ${LISTS_FETCHED}; }`,
    `simulate_upgrade() { ${SIMULATE_UPGRADE}; }`,
    shellScript(
      variables,
      'lib/common/shell/record.sh',
      'lib/fleet/facts/host-facts.sh',
      'lib/operations/host/vitals/vitals-script.sh',
    ),
  ].join('\n');
}
