/** The drop-in's name in each unit's folder. A file in a unit's own folder is read instead of the one for all. */
export const DROP_IN = 'lab-clock.conf';

/** Holds how far the host's clock is from this machine's, in seconds, signed: `+2592000`. */
export const OFFSET_FILE = '/etc/unde-lab.clock';

/** Debian's libfaketime; the dynamic loader puts the architecture's folder for `$LIB`. */
const LIBRARY = '/usr/$LIB/faketime/libfaketime.so.1';

/**
 * Units that keep the machine's clock: systemd's own, by which timers fire; sshd, through which `unde` works, so that
 * the ledger tells the truth; what a deploy, a patch and a reboot start beside them; and who sets clocks.
 */
export const ON_REAL_CLOCK: readonly string[] = [
  'chrony',
  'dbus',
  'dbus-broker',
  'lab-host-key',
  'ssh',
  'ssh@',
  'sshd-keygen',
  'systemd-',
  'unde-patch',
  'unde-reboot',
  'unde-return',
  'unde-return-',
  'user-runtime-dir@',
  'user@',
];

/** What stands in the drop-in of a unit that keeps the machine's clock. */
export const SPARED = '# "unde lab clock" leaves this unit on the real clock.';

/**
 * Renders the drop-in that gives the services of a lab host another wall clock, those of later deploys too; a pure
 * function. Nothing but the lab may put this on a host.
 *
 * The offset stands in a file that each process looks at once a second, so that a clock which was moved already is
 * moved on without a restart. Monotonic clocks stay, as timeouts and watchdogs go by them, and so do the times of
 * files, which the kernel writes.
 */
export function renderDropIn(): string {
  const environment = {
    LD_PRELOAD: LIBRARY,
    FAKETIME_TIMESTAMP_FILE: OFFSET_FILE,
    // Looks again as soon as another second has begun.
    FAKETIME_CACHE_DURATION: '0',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DISABLE_SHM: '1',
    NO_FAKE_STAT: '1',
  };
  return [
    '# Put here by "unde lab clock"; taken away by "unde lab clock HOST reset".',
    '[Service]',
    ...Object.entries(environment).map(([name, value]) => `Environment=${name}=${value}`),
  ].join('\n');
}
