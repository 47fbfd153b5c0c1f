import { quote } from '../../common/shell/quote.ts';
import { SIMULATE_UPGRADE, type Upgrade } from './vitals/apt.ts';

/** The transient unit in which apt works: it goes on when the operator's link is lost. */
const PATCH_UNIT = 'unde-patch';

/** How long apt may wait for another one that holds its lock, in seconds. */
const LOCK_SECONDS = 300;

/** How long the packages of one host may take, in milliseconds. */
export const PATCH_MS = 60 * 60_000;

/**
 * A bash script that fetches a host's package lists and prints what apt would renew, as `--simulate` does. A source that
 * does not answer is a failure: what it holds would be missing from the list.
 */
export function upgradesScript(): string {
  return `
set -u; export LC_ALL=C DEBIAN_FRONTEND=noninteractive
said=$(apt-get -q -o DPkg::Lock::Timeout=${LOCK_SECONDS} -o APT::Update::Error-Mode=any -o Acquire::Retries=1 \\
  -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 update 2>&1) || {
  grep -E '^[EW]:' <<<"$said" >&2
  exit 22
}
${SIMULATE_UPGRADE} | grep '^Inst '
echo end`.trim();
}

/**
 * A bash script that renews packages to exactly these versions, and removes none. Prints `renewed`; else apt's last
 * words stand on standard error.
 */
export function patchScript(upgrades: readonly Upgrade[]): string {
  const wanted = upgrades.map(({ name, to }) => quote(`${name}=${to}`)).join(' ');
  const apt = [
    'apt-get -q -y --no-remove --only-upgrade',
    `-o DPkg::Lock::Timeout=${LOCK_SECONDS}`,
    // What was rendered, or changed by hand, stays; nobody is there to be asked.
    '-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold',
    `install ${wanted}`,
  ].join(' ');
  return `
set -u; export LC_ALL=C
began=$EPOCHSECONDS
# Services are restarted here, by their gates; needrestart asks or decides by itself.
systemd-run --quiet --wait --collect --unit=${PATCH_UNIT} --setenv=LC_ALL=C \\
  --setenv=DEBIAN_FRONTEND=noninteractive --setenv=NEEDRESTART_SUSPEND=1 -- \\
  ${apt} </dev/null ||
  { journalctl -q -u ${PATCH_UNIT} --since "@$began" -o cat --no-pager -n 20 >&2; exit 23; }
echo renewed`.trim();
}
