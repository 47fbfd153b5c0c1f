import type { Fleet } from '../../fleet/fleet.ts';
import { MAX_IN_FLIGHT } from '../../fleet/ask/in-flight.ts';
import pLimit from 'p-limit';
import { bashCommand } from '../../common/shell/quote.ts';
import type { Host } from '../../inventory/inventory.ts';
import { connect } from '../../fleet/ssh/connect.ts';
import type { Connection } from '../../fleet/ssh/connection.ts';
import { type Check, fail, failed, ok, warn } from './check.ts';

/** The programs that deploys need of a host, and the Debian packages that bring them. */
export const HOST_PROGRAMS: Readonly<Record<string, string>> = {
  systemctl: 'systemd',
  'systemd-run': 'systemd',
  journalctl: 'systemd',
  tar: 'tar',
  gzip: 'gzip',
  flock: 'util-linux',
  base64: 'coreutils',
  sha256sum: 'coreutils',
  'dpkg-query': 'dpkg',
};

/** Since then units can load encrypted credentials. */
const LEAST_SYSTEMD = 250;

/** What a host says of itself. */
export interface DoctorAnswer {
  readonly os: string;
  readonly systemd: number;
  readonly missing: readonly string[];
}

/** Prints the operating system, systemd's version, and the programs that are missing, a line each. */
export function hostScript(): string {
  return `
while IFS='=' read -r key value; do
  [[ $key == PRETTY_NAME ]] && echo "os \${value//\\"/}"
done </etc/os-release
read -r _ version _ < <(systemctl --version 2>/dev/null)
echo "systemd \${version%%.*}"
for program in ${Object.keys(HOST_PROGRAMS).join(' ')}; do
  command -v "$program" >/dev/null || echo "missing $program"
done
echo end`.trim();
}

/** Reads what {@link hostScript} printed; `undefined` where the answer stops before its end. */
export function parseHostAnswer(output: string): DoctorAnswer | undefined {
  const lines = output.split('\n');
  if (!lines.includes('end')) return undefined;
  const values = (key: string) =>
    lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  return {
    os: values('os')[0] ?? 'unknown system',
    systemd: Number(values('systemd')[0] ?? 0),
    missing: values('missing'),
  };
}

/** Logs in to every host at once, and looks whether deploys would find what they need. */
export async function checkHosts(fleet: Fleet, hosts: readonly Host[], timeoutMs: number): Promise<Check[]> {
  const limit = pLimit(MAX_IN_FLIGHT);
  return Promise.all(hosts.map((host) => limit(() => checkHost(fleet, host, timeoutMs))));
}

async function checkHost(fleet: Fleet, host: Host, timeoutMs: number): Promise<Check> {
  const name = `host ${host.name}`;
  // Ends a login that takes too long, however far it has come.
  const deadline = AbortSignal.timeout(timeoutMs);
  let connection: Connection | undefined;
  try {
    const target = fleet.target(host);
    const started = performance.now();
    connection = await connect({ ...target, timeoutMs: Math.min(target.timeoutMs, timeoutMs) }, deadline);
    const login = performance.now() - started;
    const asked = performance.now();
    await connection.exec('true', { timeoutMs });
    const trip = performance.now() - asked;
    const { stdout, stderr } = await connection.exec(bashCommand('source /dev/stdin', target.user), {
      stdin: hostScript(),
      timeoutMs,
    });
    const answer = parseHostAnswer(stdout);
    if (answer === undefined) {
      const why = stderr.trim().split('\n')[0] ?? '';
      return fail(
        name,
        `${target.user} logs in, but cannot run bash with root's rights${why === '' ? '' : `: ${why}`}`,
        target.user === 'root'
          ? 'install bash on the host'
          : `let ${target.user} run sudo without a password there`,
      );
    }
    const times = `login ${Math.round(login)} ms, command ${Math.round(trip)} ms`;
    return judgeHost(host.name, answer, times);
  } catch (error) {
    // Built later: nothing is wrong with a host that the inventory says is still to be created.
    if (fleet.context.name === 'production' && host.status === 'create') {
      return warn(
        name,
        'does not answer; the inventory says that it is still to be created',
        `set its status to running in inventory.yaml once it is there`,
      );
    }
    const problem = failed(name, error, `unde ssh ${host.name}`);
    return deadline.aborted ? { ...problem, message: `no answer within ${timeoutMs / 1000} s` } : problem;
  } finally {
    connection?.close();
  }
}

/** What to say of a host that answered; a pure function. */
export function judgeHost(host: string, answer: DoctorAnswer, times: string): Check {
  const name = `host ${host}`;
  const about = `${times}, ${answer.os}, systemd ${answer.systemd}`;
  if (answer.missing.length > 0) {
    const packages = [...new Set(answer.missing.map((program) => HOST_PROGRAMS[program] ?? program))];
    return fail(
      name,
      `${about}; it lacks ${answer.missing.join(', ')}`,
      `unde exec host:${host} -- apt-get install -y ${packages.join(' ')}`,
    );
  }
  return answer.systemd < LEAST_SYSTEMD
    ? fail(
        name,
        `${about}; units need systemd ${LEAST_SYSTEMD} for encrypted credentials`,
        'upgrade it to Debian 12 or later',
      )
    : ok(name, about);
}
