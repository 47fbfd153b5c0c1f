import { messageOf, UndeError } from '../../common/error/unde-error.ts';
import type { Catalog } from '../../manifest/catalog.ts';
import { silenceRequest } from '../alerts/silence.ts';
import { WatchHouse } from '../alerts/monitoring-client.ts';
import type { TurnContext } from './turn.ts';

/** Ends a silence; what comes of it is told, never thrown. */
export type EndHush = () => Promise<void>;

/**
 * Keeps a host's alerts from being told while it is taken down on purpose. Where monitoring cannot be asked that is said,
 * and the work goes on; where there is none nothing is said.
 *
 * @param seconds After which the silence ends by itself, should nobody end it.
 */
export async function silence(
  context: TurnContext,
  catalog: Catalog,
  host: string,
  seconds: number,
): Promise<EndHush> {
  const why = `planned work on ${host}${context.reason === '' ? '' : `: ${context.reason}`}`;
  const body = silenceRequest({ alert: 'all', host, seconds, by: context.by, why }, Date.now(), []);
  try {
    const { silenceID } = await ask<{ silenceID: string }>(context, catalog, '/api/v2/silences', {
      method: 'POST',
      body,
    });
    return async () => {
      await ask(context, catalog, `/api/v2/silence/${silenceID}`, { method: 'DELETE' }).catch(
        (error: unknown) =>
          context.tell(
            host,
            `its alerts stay silenced for ${Math.round(seconds / 60)} min: ${messageOf(error)}`,
          ),
      );
    };
  } catch (error) {
    if (!(error instanceof UndeError && error.code === 'NO_MONITORING')) {
      context.tell(host, `its alerts are not silenced: ${messageOf(error)}`);
    }
    return () => Promise.resolve();
  }
}

/** Over a connection of its own: a turn may take long, and the way to monitoring may lead over the host in question. */
async function ask<T>(
  { fleet }: TurnContext,
  catalog: Catalog,
  path: string,
  how: { readonly method: 'POST' | 'DELETE'; readonly body?: object },
): Promise<T> {
  const house = await WatchHouse.open(fleet, catalog);
  try {
    return await house.ask<T>('alertmanager', path, how);
  } finally {
    house.close();
  }
}
