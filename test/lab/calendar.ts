import type { StartedJob } from '../../src/lib/operations/schedule/run-answer.ts';
import type { TestFleet } from './fleet.ts';

/** A time at which a timer of a host comes due. */
export interface Firing {
  readonly service: string;
  readonly job: string;
  /** Seconds since the epoch. */
  readonly at: number;
}

/** A span of the calendar; seconds since the epoch, both ends included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A run of a rehearsal. */
export interface RehearsedRun extends Firing {
  /** What `unde schedule run --wait --json` answered. */
  readonly answer: StartedJob;
}

/** How often a job may come due in a span; whoever means a job of every second forgot to leave it out. */
const MOST = 400;

/**
 * When the jobs of a host come due in a span of the calendar, in the order of their times; at one time in the order of
 * their names. Asks the host's own systemd about the OnCalendar lines that were rendered for it. A timer's random
 * delay is left out.
 *
 * @param jobs The jobs that are meant; all of the host's without it.
 */
export async function firings(
  fleet: TestFleet,
  host: string,
  { from, to }: Span,
  jobs?: readonly string[],
): Promise<Firing[]> {
  const text = await fleet.on(
    host,
    "cd /etc/systemd/system && grep -EH '^(Description|OnCalendar)=' unde-job-*.timer",
  );
  const timers = new Map<string, { service: string; job: string; calendars: string[] }>();
  for (const line of text.split('\n')) {
    const [, file = '', key, value = ''] = /^([^:]+):(\w+)=(.*)$/.exec(line) ?? [];
    const [, job, service] = /^UNDE job (\S+) of (\S+): its times$/.exec(value) ?? [];
    if (job !== undefined && service !== undefined) timers.set(file, { service, job, calendars: [] });
    if (key === 'OnCalendar') timers.get(file)?.calendars.push(value);
  }
  const wanted = [...timers.values()].filter(({ job }) => jobs?.includes(job) ?? true);
  const found: Firing[] = [];
  for (const { service, job, calendars } of wanted) {
    for (const calendar of calendars) {
      for (const at of await elapses(fleet, host, calendar, { from, to })) found.push({ service, job, at });
    }
  }
  return found.sort((a, b) => a.at - b.at || (a.job < b.job ? -1 : 1));
}

/** When a calendar line comes due in a span; systemd looks for times after its base, so that begins a second earlier. */
async function elapses(
  fleet: TestFleet,
  host: string,
  calendar: string,
  { from, to }: Span,
): Promise<number[]> {
  const output = await fleet.on(
    host,
    `export LC_ALL=C TZ=UTC
systemd-analyze calendar --base-time=@${from - 1} --iterations=${MOST} '${calendar}' |
  sed -nE 's/^ *(Next elapse|Iteration #[0-9]+): //p' | date -f - +%s`,
  );
  const times = output.split('\n').filter(Boolean).map(Number);
  const last = times.at(-1);
  if (times.length >= MOST && last !== undefined && last <= to)
    throw new Error(
      `"${calendar}" comes due more than ${MOST} times in the span: name the jobs that are meant`,
    );
  return times.filter((at) => at <= to);
}

/**
 * Rehearses a span of the calendar on a host: before each time at which a job comes due the lab's clock is put there,
 * then the job is started as an operator starts it, and waited for. systemd's own timers do not take part; the clock
 * stays where it was put last.
 *
 * @param jobs The jobs that are meant; all of the host's without it.
 */
export async function rehearse(
  fleet: TestFleet,
  host: string,
  span: Span,
  jobs?: readonly string[],
): Promise<RehearsedRun[]> {
  const runs: RehearsedRun[] = [];
  for (const firing of await firings(fleet, host, span, jobs)) {
    await setClock(fleet, host, firing.at);
    const answer = await fleet.unde(['schedule', 'run', firing.job, '--host', host, '--wait', '--json']);
    // A job that fails is an answer; one that could not be started is not.
    if (answer.code !== 0 && answer.code !== 7)
      throw new Error(`${firing.job}: ${answer.stdout}${answer.stderr}`);
    runs.push({ ...firing, answer: answer.json() as StartedJob });
  }
  return runs;
}

/** Puts the clock of a host's services to a time, in seconds since the epoch. */
export async function setClock(fleet: TestFleet, host: string, at: number): Promise<void> {
  const offset = Math.round(at - Date.now() / 1000);
  const text = offset === 0 ? 'reset' : `${offset < 0 ? '-' : '+'}${Math.abs(offset)}s`;
  await fleet.ok('lab', 'clock', host, text, '--name', fleet.lab);
}
