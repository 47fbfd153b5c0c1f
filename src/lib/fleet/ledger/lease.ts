import { UndeError } from '../../common/error/unde-error.ts';
import { quote } from '../../common/shell/quote.ts';
import type { Connection, RemoteProcess } from '../ssh/connection.ts';

/** How long a holder may be silent before its lease ends, in seconds. */
const LEASE_SECONDS = 30;
/** How often the operator's side says that it is there, in milliseconds. */
const HEARTBEAT_MS = 8_000;

/** How long a host may take to confirm that a lease is given back, in milliseconds; it ends by itself all the same. */
const RELEASE_MS = 5_000;

/** A lease that is held; it ends with `release()`, with the connection, or with 30 s of silence. */
export interface Lease {
  /** Whether the process that holds it still runs, as far as this side knows. */
  readonly held: boolean;
  release(): Promise<void>;
}

/**
 * The process that holds a lease on a host. The kernel's lock belongs to this process alone: when the operator's
 * side is killed its input ends, when sshd is killed it is ended, when the link goes silent the heartbeats stop; each
 * way the lock is free again without anybody cleaning up.
 */
export function leaseScript(service: string, owner: string, reason: string): string {
  const file = `/run/unde/locks/${service}`;
  return `
mkdir -p /run/unde/locks; exec 9>>${quote(file)}
# Who only looks holds it for an instant.
if ! flock -w 0.5 9; then echo "held $(<${quote(file)})"; exit 0; fi
printf '%s\\t%s\\t%s\\n' "$EPOCHSECONDS" ${quote(oneLine(owner))} ${quote(oneLine(reason))} >${quote(file)}
echo locked
while read -r -t ${LEASE_SECONDS} beat && [[ $beat != release ]]; do :; done
: >${quote(file)}`.trim();
}

/** A text without control characters, which would break the lines that hosts answer. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

/**
 * Takes a service's lease on a host.
 *
 * @throws UndeError LOCKED, with who holds it since when and why.
 */
export async function takeLease(
  connection: Connection,
  service: string,
  owner: string,
  reason: string,
): Promise<Lease> {
  const process = await connection.startBash(leaseScript(service, owner, reason));
  const answer = await process.line((line) => line === 'locked' || line.startsWith('held '), 30_000);
  if (answer !== 'locked') throw lockedError(connection.host, service, answer.slice(5));
  return hold(process);
}

function hold(process: RemoteProcess): Lease {
  const heartbeat = setInterval(() => process.write('beat\n'), HEARTBEAT_MS);
  heartbeat.unref();
  let held = true;
  const over = process.closed.finally(() => {
    held = false;
    clearInterval(heartbeat);
  });
  return {
    get held() {
      return held;
    },
    release: async () => {
      clearInterval(heartbeat);
      process.write('release\n');
      process.end();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, RELEASE_MS);
      });
      await Promise.race([over, late]).finally(() => clearTimeout(timer));
    },
  };
}

function lockedError(host: string, service: string, held: string): UndeError {
  const [since = '', owner = 'somebody', reason = ''] = held.split('\t');
  const seconds = since === '' ? '' : ` since ${new Date(Number(since) * 1000).toISOString()}`;
  return new UndeError({
    code: 'LOCKED',
    message: `${owner} holds the lock of ${service} on ${host}${seconds}${reason === '' ? '' : `: ${reason}`}`,
    exit: 'locked',
    where: { host },
    hint: `wait for them, or ask; the lock ends by itself ${LEASE_SECONDS} s after its holder is gone`,
  });
}
