import { quote } from '../../common/shell/quote.ts';
import { DROP_IN, OFFSET_FILE, ON_REAL_CLOCK, renderDropIn, SPARED } from './drop-in.ts';
import { shellText } from '../../common/shell/script.ts';

/** Exit code of the script on a machine that does not say of itself that it is a lab's. */
export const NO_LAB_MACHINE = 3;

/** Exit code of the script where libfaketime is not installed. */
export const NO_LIBRARY = 4;

/**
 * Renders the bash script that moves the clock of a host's services; a pure function. It answers `restarted UNIT` and
 * `failed UNIT`.
 *
 * @param offset Seconds from this machine's clock; 0 takes everything away again.
 * @param root Where the host's files are; for tests.
 */
export function renderMoveScript(offset: number, root = ''): string {
  return [
    `root=${quote(root)}`,
    `offset=${offset}`,
    `offset_file=${OFFSET_FILE}`,
    "library='/usr/lib/*/faketime/libfaketime.so.1'",
    `file_name=${DROP_IN}`,
    '# shellcheck disable=SC2016 # the text of a unit file, which bash must not expand',
    `for_all=${quote(renderDropIn())}`,
    `spared=${quote(SPARED)}`,
    `on_real_clock=(${ON_REAL_CLOCK.join(' ')})`,
    `no_lab_machine=${NO_LAB_MACHINE}`,
    `no_library=${NO_LIBRARY}`,
    shellText('lib/lab/clock/move.sh'),
  ].join('\n');
}
