import { quote } from '../../common/shell/quote.ts';
import { OFFSET_FILE, renderDropIn } from './drop-in.ts';

/** What the scripts say where they must not or cannot work. */
export const NO_LAB_MACHINE = 3;
export const NO_LIBRARY = 4;

/**
 * Renders the bash script that moves the clock of a host's services; a pure function. It answers `restarted UNIT` and
 * `failed UNIT`, and ends with {@link NO_LAB_MACHINE} on a machine that does not say of itself that it is a lab's.
 *
 * @param offset Seconds from this machine's clock; 0 takes everything away again.
 * @param root Where the host's files are; for tests.
 */
export function renderMoveScript(offset: number, root = ''): string {
  return [
    'export LC_ALL=C',
    `root=${quote(root)}`,
    `[[ -e $root/etc/unde-lab ]] || exit ${NO_LAB_MACHINE}`,
    ...(offset === 0 ? RESET : move(offset)),
    'written=$EPOCHSECONDS',
    RESTART,
  ].join('\n');
}

/**
 * A unit is restarted if its process has the library and should not, or the other way round. Jobs are not: their next
 * run goes by the clock.
 */
const RESTART = `
systemctl daemon-reload
change=()
while IFS='=' read -r key value; do
  case $key in
    Id) unit=$value ;;
    Type) type=$value ;;
    MainPID) pid=$value ;;
    Environment) should=no; [[ $value != *libfaketime* ]] || should=yes ;;
    '') # The end of a unit's lines.
      has=no
      ! tr '\\0' '\\n' 2>/dev/null <"/proc/$pid/environ" | grep -q '^LD_PRELOAD=.*libfaketime' || has=yes
      [[ $type == oneshot ]] || ((pid == 0)) || [[ $should == "$has" ]] || change+=("$unit")
      ;;
  esac
done < <(systemctl show -p Id -p Type -p MainPID -p Environment '*.service'; echo)
((\${#change[@]} == 0)) || systemctl restart "\${change[@]}"
for unit in "\${change[@]}"; do
  if systemctl is-active -q "$unit"; then echo "restarted $unit"; else echo "failed $unit"; fi
done
# Processes that go by the clock already look at the file again when another second has begun.
until ((EPOCHSECONDS > written)); do sleep 0.05; done`;

function move(offset: number): string[] {
  const files = renderDropIn();
  return [
    `compgen -G "$root/usr/lib/*/faketime/libfaketime.so.1" >/dev/null || exit ${NO_LIBRARY}`,
    // A reader finds the old or the new one, never a part.
    `printf '%+d\\n' ${offset} >"$root${OFFSET_FILE}.new"`,
    `mv "$root${OFFSET_FILE}.new" "$root${OFFSET_FILE}"`,
    ...files.flatMap(({ path, content }) => [
      `mkdir -p "$root${path.slice(0, path.lastIndexOf('/'))}"`,
      `printf %s ${quote(content)} >"$root${path}"`,
    ]),
  ];
}

const RESET = renderDropIn()
  .flatMap(({ path }) => [
    `rm -f "$root${path}"`,
    `rmdir "$root${path.slice(0, path.lastIndexOf('/'))}" 2>/dev/null`,
  ])
  .concat(`rm -f "$root${OFFSET_FILE}"`);
