/** One run of a job, as its host remembers it. */
export interface JobRun {
  /** Seconds since the epoch, by the host's clock. */
  readonly started: number;
  readonly seconds: number;
  /**
   * systemd's word for how it ended: `success`, `exit-code`, `signal`, `timeout`, `oom-kill` …; `cut-off` where the host
   * went down under it.
   */
  readonly result: string;
  /** Exit code, or the signal's name. */
  readonly status: string;
  /** `timer`, the operator, or `hand` for somebody who used systemctl. */
  readonly by: string;
  /** systemd's id of the run; the journal knows it by that. */
  readonly invocation: string;
}

/** Reads one line of a job's history; `undefined` for a damaged one, which is passed over rather than trusted. */
export function parseRun(line: string): JobRun | undefined {
  try {
    const run = JSON.parse(line) as JobRun;
    return typeof run.started === 'number' && typeof run.result === 'string' ? run : undefined;
  } catch {
    return undefined;
  }
}

/** How a run ended, in a word or two. */
export function describeResult({ result, status }: Pick<JobRun, 'result' | 'status'>): string {
  switch (result) {
    case 'success':
      return 'ok';
    case 'exit-code':
      return `exit ${status}`;
    case 'signal':
      return `signal ${status}`;
    default:
      return result.replaceAll('-', ' ');
  }
}
