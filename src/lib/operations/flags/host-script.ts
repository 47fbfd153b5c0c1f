import { STATE, serviceDirectory } from '../../common/layout/layout.ts';
import { HOST_PATH, shellScript } from '../../common/shell/script.ts';
import { LEDGER } from '../../fleet/ledger/entry.ts';
import { FLAGS } from '../../manifest/flags/file.ts';
import type { FlagService } from './readers.ts';

/** For how long a host keeps its flags locked for an operator who has read them and says nothing, in seconds. */
export const LOCK_SECONDS = 3;
/** For how long it waits for somebody else's lock: longer than a silent one can hold it. */
const LOCK_WAIT_SECONDS = 5;
/** For how long it waits for an operator who thinks, in seconds. */
const IDLE_SECONDS = 600;
/** A process at whose port nothing listens for so long is not waited for, in hundredths of a second. */
const GONE_AFTER = 300;
/** How many versions a host keeps of each service's flags. */
export const KEPT_VERSIONS = 50;

/** What a session with a host is about. */
export interface FlagQuery {
  readonly services: readonly Pick<FlagService, 'name' | 'port' | 'health'>[];
  /** Whether to lock the host's flags as they are read, so that what is written next follows from what was read. */
  readonly lock: boolean;
  /** How many previous versions of each service to bring. */
  readonly previous: number;
  /** Whether to ask each process which version it runs. */
  readonly probe: boolean;
}

/**
 * The host's side of a session: one script, that tells what flags there are and then does what it is told on standard
 * input, so that a whole change takes two round trips. It needs bash and coreutils. The lock is the kernel's and this
 * process's: it ends with the connection, with the operator's process, and with {@link LOCK_SECONDS} of silence.
 *
 * Commands, a line each: `lock`, `unlock`, `history`; `file SERVICE JSON`, `note NAME JSON`, `forget NAME` and `ledger
 * SERVICE LINE` prepare what `commit SECONDS` does, or `commit! SECONDS` without a lock; `bye`.
 *
 * Answers are records, a line each, fields separated by tabs, and end with `end N`, N counting from 1.
 */
export function flagScript({ services, lock, previous, probe }: FlagQuery): string {
  return shellScript(
    {
      PATH: HOST_PATH,
      services: services.map(({ name }) => name),
      port: new Map(services.map(({ name, port }) => [name, port])),
      path: new Map(services.map(({ name, health }) => [name, health])),
      home: new Map(services.map(({ name }) => [name, serviceDirectory(name)])),
      ledger_file: LEDGER,
      service_state: `${STATE}-`,
      flags: FLAGS,
      run: '/run/unde',
      lock_at_once: lock,
      lock_seconds: LOCK_SECONDS,
      lock_wait_seconds: LOCK_WAIT_SECONDS,
      idle_seconds: IDLE_SECONDS,
      gone_after: GONE_AFTER,
      previous,
      kept_versions: KEPT_VERSIONS,
      probe,
    },
    'lib/common/shell/record.sh',
    'lib/common/shell/uptime.sh',
    'lib/common/shell/http-get.sh',
    'lib/fleet/ledger/ledger.sh',
    'lib/operations/flags/host-script.sh',
  );
}
