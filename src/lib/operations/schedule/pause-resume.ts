import { newOperationId } from '../../fleet/ledger/operation-id.ts';
import { UndeError } from '../../common/error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { takeLease } from '../../fleet/ledger/lease.ts';
import { withHost } from '../../fleet/ask/with-host.ts';
import { parsePause, type Pause } from './job-state.ts';
import { jobUnitNames } from '../../desired/units/job-name.ts';
import { pauseScript, resumeScript } from './pause-script.ts';
import type { PlacedJob } from './placed-jobs.ts';

/** How long a host may take to stop or start a timer, in milliseconds. */
const CHANGE_MS = 30_000;

/** What became of a job on one host. */
export interface JobChange {
  readonly job: string;
  readonly host: string;
  /** Whether it was otherwise before. */
  readonly changed: boolean;
  /** The pause that was in force before. */
  readonly before: Pause | null;
}

/**
 * Pauses a job on one host, or gives the pause another reason. The service's lease keeps a deploy from starting the
 * timer at the same time.
 *
 * @throws UndeError NOT_DEPLOYED, LOCKED, UNREACHABLE
 */
export async function pauseJob(
  fleet: Fleet,
  placed: PlacedJob,
  by: string,
  reason: string,
): Promise<JobChange> {
  const answer = await changeJob(
    fleet,
    placed,
    by,
    pauseScript(placed, { id: newOperationId(), by }, reason),
  );
  const before = answer.replace(/^paused ?/, '');
  return {
    job: placed.job.name,
    host: placed.host.name,
    changed: before === '',
    before: before === '' ? null : parsePause(before),
  };
}

/**
 * Lets a paused job's timer run again.
 *
 * @param skipMissed Passes over a run that was missed meanwhile, instead of making it up at once.
 * @throws UndeError NOT_DEPLOYED, LOCKED, UNREACHABLE
 */
export async function resumeJob(
  fleet: Fleet,
  placed: PlacedJob,
  by: string,
  skipMissed: boolean,
): Promise<JobChange> {
  const script = resumeScript(placed, { id: newOperationId(), by }, skipMissed);
  const answer = await changeJob(fleet, placed, by, script);
  const changed = answer.startsWith('resumed');
  return {
    job: placed.job.name,
    host: placed.host.name,
    changed,
    before: changed ? parsePause(answer.replace(/^resumed ?/, '')) : null,
  };
}

async function changeJob(fleet: Fleet, placed: PlacedJob, by: string, script: string): Promise<string> {
  return withHost(fleet, placed.host, async (connection) => {
    const lease = await takeLease(connection, [placed.service], by, `job ${placed.job.name}`);
    try {
      const { stdout, stderr, code } = await connection.bash(script, { timeoutMs: CHANGE_MS });
      const answer = stdout.trim();
      if (code === 0 && answer !== 'absent') return answer;
      throw answer === 'absent' ? notDeployed(placed) : failed(placed, stderr);
    } finally {
      await lease.release().catch(() => undefined);
    }
  });
}

/** A job whose units its host does not have. */
export function notDeployed({ host, service, job }: PlacedJob): UndeError {
  return new UndeError({
    code: 'NOT_DEPLOYED',
    message: `${job.name} is not on ${host.name} yet: ${service} has not been deployed there with it`,
    exit: 'refused',
    where: { host: host.name, unit: jobUnitNames(service, job).timer },
    hint: `unde deploy ${service}+host:${host.name}`,
  });
}

function failed({ host, service, job }: PlacedJob, stderr: string): UndeError {
  return new UndeError({
    code: 'JOB_NOT_CHANGED',
    message: `the timer of ${job.name} on ${host.name} could not be changed`,
    exit: 'failed',
    where: { host: host.name, unit: jobUnitNames(service, job).timer },
    details: stderr.trim().split('\n').slice(-5),
    hint: `unde schedule list`,
  });
}
