import { UndeError } from '../../common/error/unde-error.ts';
import { didYouMean } from '../../common/text/did-you-mean.ts';
import type { Silence } from './alert-list.ts';

/** What is asked not to be told of. */
export interface SilenceRequest {
  /** An alert's name, or `all`. */
  readonly alert: string;
  readonly host?: string | undefined;
  readonly seconds: number;
  readonly by: string;
  readonly why: string;
}

/**
 * The body of Alertmanager's `POST /api/v2/silences`.
 *
 * @param now Milliseconds since the epoch.
 * @param alerts The names of all alerts that there are.
 * @throws UndeError UNKNOWN_ALERT, TOO_MUCH_SILENCE
 */
export function silenceRequest(request: SilenceRequest, now: number, alerts: readonly string[]): object {
  const { alert, host, seconds, by, why } = request;
  if (alert === 'all' && host === undefined) {
    throw new UndeError({
      code: 'TOO_MUCH_SILENCE',
      message: 'a silence of every alert on every host would hide whatever happens',
      exit: 'usage',
      hint: 'say on which host: unde alerts silence all --host HOST --for 1h -m WHY',
    });
  }
  if (alert !== 'all' && !alerts.includes(alert)) {
    throw new UndeError({
      code: 'UNKNOWN_ALERT',
      message: `no alert is called "${alert}"`,
      exit: 'usage',
      hint: didYouMean(alert, alerts) ?? 'unde alerts rules lists them',
    });
  }
  const matcher = (name: string, value: string) => ({ name, value, isRegex: false, isEqual: true });
  return {
    matchers: [
      ...(alert === 'all' ? [] : [matcher('alertname', alert)]),
      ...(host === undefined ? [] : [matcher('host', host)]),
    ],
    startsAt: new Date(now).toISOString(),
    endsAt: new Date(now + seconds * 1000).toISOString(),
    createdBy: by,
    comment: why,
  };
}

/**
 * The silence that an id, or the beginning of one, names.
 *
 * @throws UndeError UNKNOWN_SILENCE
 */
export function silenceOf(written: string, silences: readonly Silence[]): Silence {
  const found = silences.filter(({ id }) => id.startsWith(written));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const ids = silences.map(({ id }) => id.slice(0, 8));
  throw new UndeError({
    code: 'UNKNOWN_SILENCE',
    message:
      found.length > 1
        ? `"${written}" begins the ids of ${found.length} silences`
        : `no silence in force has the id "${written}"`,
    exit: 'usage',
    hint: ids.length === 0 ? 'nothing is silenced' : `silenced now: ${ids.join(', ')} (unde alerts)`,
  });
}
