import { UndeError } from '../../common/error/unde-error.ts';
import { quote } from '../../common/shell/quote.ts';
import { oneLine } from '../../common/text/one-line.ts';
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
 * The process that holds the lease of some services on a host, all of them or none. The kernel's locks belong to this
 * process alone: when the operator's side is killed its input ends, when sshd is killed it is ended, when the link goes
 * silent the heartbeats stop; each way the locks are free again without anybody cleaning up. One process holds them all,
 * since each would be an SSH session of its own, and sshd allows ten a connection.
 */
export function leaseScript(services: readonly string[], owner: string, reason: string): string {
  return `
mkdir -p /run/unde/locks && cd /run/unde/locks || exit 1
services=(${services.map(quote).join(' ')})
for service in "\${services[@]}"; do
  exec {lock}>>"$service"
  # Who only looks holds it for an instant.
  if ! flock -w 0.5 "$lock"; then echo "held $service $(<"$service")"; exit 0; fi
done
for service in "\${services[@]}"; do
  printf '%s\\t%s\\t%s\\n' "$EPOCHSECONDS" ${quote(oneLine(owner))} ${quote(oneLine(reason))} >"$service"
done
echo locked
while read -r -t ${LEASE_SECONDS} beat && [[ $beat != release ]]; do :; done
for service in "\${services[@]}"; do : >"$service"; done`.trim();
}

/**
 * Takes the lease of some services on a host, of all or of none. Two commands that want the same ones take them in one
 * order, so neither waits for the other: the one that comes second is refused.
 *
 * @throws UndeError LOCKED, with who holds which since when and why.
 */
export async function takeLease(
  connection: Connection,
  services: readonly string[],
  owner: string,
  reason: string,
): Promise<Lease> {
  const inOneOrder = [...services].sort();
  const process = await connection.startBash(leaseScript(inOneOrder, owner, reason));
  const answer = await process.line((line) => line === 'locked' || line.startsWith('held '), 30_000);
  if (answer === 'locked') return hold(process);
  const [, service = '', held = ''] = /^held (\S+) ?(.*)$/s.exec(answer) ?? [];
  throw lockedError(connection.host, service, held);
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
