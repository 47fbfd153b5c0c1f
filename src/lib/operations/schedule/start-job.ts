import { newOperationId } from '../../fleet/ledger/operation-id.ts';
import { UndeError } from '../../common/error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { withHost } from '../../fleet/ask/with-host.ts';
import { notDeployed } from './pause-resume.ts';
import { jobUnitNames } from '../../desired/units/job-name.ts';
import type { PlacedJob } from './placed-jobs.ts';
import { RunAnswer, type StartedJob } from './run-answer.ts';
import { runScript } from './run-script.ts';

/** How a job is started. */
export interface StartOptions {
  readonly by: string;
  /** Whether to stay until it has ended. */
  readonly wait: boolean;
  /** Ends the waiting; the job goes on. */
  readonly signal: AbortSignal;
  /** Called with each line of its output, while it is waited for. */
  readonly onLine: (line: string) => void;
}

/** What a host may need besides the job's own longest duration, in milliseconds. */
const MARGIN_MS = 120_000;

/**
 * Starts a job on its host, beside its schedule.
 *
 * @throws UndeError NOT_DEPLOYED, JOB_NOT_STARTED, UNREACHABLE
 */
export async function startJob(fleet: Fleet, placed: PlacedJob, options: StartOptions): Promise<StartedJob> {
  const { by, wait, signal } = options;
  return withHost(fleet, placed.host, async (connection) => {
    const script = runScript(placed, { id: newOperationId(), by, wait });
    const answer = new RunAnswer(options.onLine);
    const { stderr } = await connection.bash(script, {
      signal,
      timeoutMs: placed.job.timeoutSeconds * 1000 + MARGIN_MS,
      onLine: (line) => answer.take(line),
    });
    if (answer.absent) throw notDeployed(placed);
    if (answer.result !== undefined) return answer.result;
    throw new UndeError({
      code: 'JOB_NOT_STARTED',
      message: `${placed.job.name} on ${placed.host.name} could not be started`,
      exit: 'failed',
      where: { host: placed.host.name, unit: jobUnitNames(placed.service, placed.job).service },
      details: stderr.trim().split('\n').slice(-5),
    });
  });
}
