import { applyPlan, type PlannedFleet } from '../../deploy/deploy.ts';
import type { Rollout, RolloutOptions } from '../../deploy/rollout.ts';
import { HOST_PROGRAMS, hostScript, parseHostAnswer } from '../../doctor/host.ts';
import { UndeError } from '../../../common/error/unde-error.ts';
import { assignmentsOf, factsQuery } from '../../../desired/assignment.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { readySecrets } from '../../../desired/secrets/ready.ts';
import { collectFacts, scopeOf } from '../../plan/survey.ts';
import type { Host } from '../../../inventory/inventory.ts';
import type { Catalog } from '../../../manifest/catalog.ts';
import { planService } from '../../plan/plan.ts';
import { connect } from '../../../fleet/ssh/connect.ts';
import type { Connection } from '../../../fleet/ssh/connection.ts';
import type { SshTarget } from '../../../fleet/ssh/target.ts';
import { askVitals } from '../vitals/collect.ts';
import { systemSupport } from '../vitals/attention.ts';
import type { Vitals } from '../vitals/vitals.ts';

/** The service that makes a fresh server one of the fleet's. */
export const BASE = 'base';

/** How long a host may take for a question, in milliseconds. */
const ANSWER_MS = 30_000;

/** A fresh server, looked at over its first login. Close it. */
export interface FirstLook {
  readonly vitals: Vitals;
  readonly planned: PlannedFleet;
}

/**
 * Logs in as the account that there is, looks whether the machine can be one of the fleet's, and plans what makes it
 * one. Nothing is changed.
 *
 * @param first How the host is reached before it is one of ours; its key is pinned.
 * @throws UndeError AUTH_FAILED, NO_ROOT, UNSUPPORTED_SYSTEM, HOST_LACKS, SSHD_REFUSES
 */
export async function inspectFreshHost(
  fleet: Fleet,
  host: Host,
  first: SshTarget,
  catalog: Catalog,
): Promise<FirstLook> {
  const connection = await connect(first);
  try {
    await assertCapable(connection, host.name, first.user);
    const vitals = await askVitals(connection, ANSWER_MS);
    assertSupported(host.name, vitals);
    const planned = await planBase(fleet, host, connection, catalog);
    await assertSshdTakes(connection, planned);
    return { vitals, planned };
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function planBase(
  fleet: Fleet,
  host: Host,
  connection: Connection,
  catalog: Catalog,
): Promise<PlannedFleet> {
  const scope = scopeOf(fleet, [{ host, service: BASE }], catalog);
  const store = await readySecrets(fleet, scope.placements, catalog);
  const [assignment] = await assignmentsOf(fleet, scope.placements, catalog, store, true);
  if (assignment === undefined) throw new Error(`${BASE} was rendered for no host`);
  const facts = await collectFacts(connection, factsQuery(assignment), ANSWER_MS);
  return {
    scope,
    surveys: [{ assignment, connection, facts }],
    plans: assignment.desired.map((desired) => planService(host.name, desired, facts)),
    store,
    close: () => connection.close(),
  };
}

/**
 * Makes the host one of the fleet's: over the first login, and confirmed over a fresh one under the account and key that
 * the fleet uses from then on. Where that login fails, the host goes back by itself, and the first one works again.
 */
export function finishBootstrap(
  fleet: Fleet,
  { planned }: FirstLook,
  options: RolloutOptions,
): Promise<Rollout[]> {
  return applyPlan(fleet, planned, { ...options, skipUnreachable: false });
}

/** What a deploy needs of a host must be there; a provider's image has all of it. */
async function assertCapable(connection: Connection, host: string, user: string): Promise<void> {
  const { stdout, stderr } = await connection.bash('source /dev/stdin', {
    stdin: `[[ $EUID == 0 ]] || exit 9\n${hostScript()}`,
    timeoutMs: ANSWER_MS,
  });
  const answer = parseHostAnswer(stdout);
  if (answer === undefined) {
    const why = stderr.trim().split('\n').slice(-1)[0] ?? '';
    throw new UndeError({
      code: 'NO_ROOT',
      message: `${user} logs in to ${host}, but cannot run bash with root's rights${why === '' ? '' : `: ${why}`}`,
      exit: 'refused',
      where: { host },
      hint: 'log in as root (--user root), or as an account that may run sudo without a password',
    });
  }
  if (answer.missing.length === 0) return;
  const packages = [...new Set(answer.missing.map((program) => HOST_PROGRAMS[program] ?? program))];
  throw new UndeError({
    code: 'HOST_LACKS',
    message: `${host} lacks ${answer.missing.join(', ')}`,
    exit: 'refused',
    where: { host },
    hint: `apt-get install ${packages.join(' ')} there`,
  });
}

/**
 * Whether sshd would start with what is planned for it beside what is there. A restart would find out too, and go back;
 * but until then nobody could log in.
 */
async function assertSshdTakes(connection: Connection, { surveys }: PlannedFleet): Promise<void> {
  const files = surveys.flatMap(({ assignment }) => assignment.desired.flatMap(({ files: own }) => own));
  const settings = files.find(({ path }) => path.startsWith('/etc/ssh/sshd_config.d/'));
  if (settings === undefined) return;
  // sshd takes the first value that it meets, so a file before all others is as one that is included first.
  const { code, stderr } = await connection.bash(SSHD_TEST, {
    stdin: settings.content,
    timeoutMs: ANSWER_MS,
  });
  if (code === 0) return;
  throw new UndeError({
    code: 'SSHD_REFUSES',
    message: `sshd of ${connection.host} would not start with the settings that are planned for it; nothing was changed`,
    exit: 'refused',
    where: { host: connection.host, file: settings.path },
    details: stderr.trim().split('\n').slice(-5),
    hint: 'look at what else stands under /etc/ssh/sshd_config.d there',
  });
}

const SSHD_TEST =
  'f=$(mktemp) && trap \'rm -f "$f"\' EXIT && cat - /etc/ssh/sshd_config >"$f" && mkdir -p /run/sshd && PATH=/usr/sbin:/sbin:$PATH sshd -t -f "$f"';

function assertSupported(host: string, vitals: Vitals): void {
  if (systemSupport(vitals) !== 'no') return;
  throw new UndeError({
    code: 'UNSUPPORTED_SYSTEM',
    message: `${host} runs ${vitals.osName}, and hosts are Debian 13 or Ubuntu 24.04`,
    exit: 'refused',
    where: { host },
    hint: 'install one of them; nothing was changed',
  });
}
