import { newDeployId } from '../deploy/deploy.ts';
import { UndeError } from '../error/unde-error.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { bashCommand } from '../host/shell.ts';
import { connect } from '../ssh/connect.ts';
import { notDeployed } from './change-job.ts';
import { jobUnitNames } from './job-name.ts';
import { parseRun, type JobRun } from './job-run.ts';
import type { PlacedJob } from './placed-jobs.ts';
import { runScript } from './run-script.ts';

/** What became of a start by hand. */
export type StartedJob =
  /** It runs, or it is still in systemd's queue. */
  | { readonly state: 'started' | 'queued' }
  /** It ran already; nothing was started. */
  | { readonly state: 'running'; readonly since: number; readonly by: string }
  /** It was waited for; `null` where its host did not write down how it ended. */
  | { readonly state: 'ended'; readonly run: JobRun | null };

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
  const target = fleet.target(placed.host);
  const connection = await connect(target);
  try {
    const script = runScript(placed, { id: newDeployId(), by, wait });
    const reader = new AnswerReader(options.onLine);
    const { stderr } = await connection.exec(bashCommand(script, target.user), {
      signal,
      timeoutMs: placed.job.timeoutSeconds * 1000 + MARGIN_MS,
      onStdout: (chunk) => reader.read(chunk.toString()),
    });
    if (reader.absent) throw notDeployed(placed);
    if (reader.result !== undefined) return reader.result;
    throw new UndeError({
      code: 'JOB_NOT_STARTED',
      message: `${placed.job.name} on ${placed.host.name} could not be started`,
      exit: 'failed',
      where: { host: placed.host.name, unit: jobUnitNames(placed.service, placed.job).service },
      details: stderr.trim().split('\n').slice(-5),
    });
  } finally {
    connection.close();
  }
}

/** Reads the lines that {@link runScript} answers by. */
class AnswerReader {
  absent = false;
  result: StartedJob | undefined;
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    const [word = '', ...rest] = line.split(' ');
    const text = rest.join(' ');
    switch (word) {
      case '|':
        this.#onLine(text);
        break;
      case 'absent':
        this.absent = true;
        break;
      case 'started':
      case 'queued':
        this.result = { state: word };
        break;
      case 'running':
        this.result = { state: word, since: Number(rest[0]) || 0, by: rest[1] ?? '' };
        break;
      case 'ended':
        this.result = { state: word, run: parseRun(text) ?? null };
        break;
      default:
    }
  }
}
