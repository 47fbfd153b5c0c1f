import type { Fleet } from '../../fleet/fleet.ts';
import { sideBySide } from '../../fleet/ask/side-by-side.ts';
import { withHost } from '../../fleet/ask/with-host.ts';
import type { Host } from '../../inventory/inventory.ts';
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
  return sideBySide(hosts, (host) => checkHost(fleet, host, timeoutMs));
}

async function checkHost(fleet: Fleet, host: Host, timeoutMs: number): Promise<Check> {
  const name = `host ${host.name}`;
  // Ends a login that takes too long, however far it has come; what comes after it has the rest of the time.
  const deadline = AbortSignal.timeout(timeoutMs);
  const started = performance.now();
  const left = () => Math.max(1, timeoutMs - (performance.now() - started));
  try {
    const { user } = fleet.target(host);
    const { login, trip, stdout, stderr } = await withHost(
      fleet,
      host,
      async (connection) => {
        const asked = performance.now();
        await connection.exec('true', { timeoutMs: left() });
        const answered = performance.now();
        const script = await connection.bash('source /dev/stdin', {
          stdin: hostScript(),
          timeoutMs: left(),
        });
        return { login: asked - started, trip: answered - asked, ...script };
      },
      { loginMs: timeoutMs, signal: deadline },
    );
    const answer = parseHostAnswer(stdout);
    if (answer === undefined) {
      const why = stderr.trim().split('\n')[0] ?? '';
      return fail(
        name,
        `${user} logs in, but cannot run bash with root's rights${why === '' ? '' : `: ${why}`}`,
        user === 'root' ? 'install bash on the host' : `let ${user} run sudo without a password there`,
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
