import { UndeError, messageOf } from '../../common/error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { allOrFirstError, endOf, RolloutCommon, rollOutWith, type Turn } from './batched-rollout.ts';
import { releaseAll, takeLeases } from './leases.ts';
import { inOrder, type OrderedService } from './order.ts';
import type { HostMove, Rollout, RolloutOptions } from './rollout.ts';

/** How the services of one command go. */
export interface SideBySideOptions extends RolloutOptions {
  /** One service after the other, as careful operators like it. */
  readonly serial?: boolean;
}

/**
 * Moves several services. What does not depend on each other is brought, switched and gated at the same time, one switch
 * at a time on one host; a service's first switch waits until what its manifest names in `after` is confirmed everywhere.
 *
 * Each service is its own change. When one fails it goes back as if it were alone; what others have confirmed stays; who
 * is under way ends its batch and stops; who has not begun is not started. After Ctrl-C who is under way goes back, and
 * nobody else begins. The same command then goes on from there.
 *
 * @returns One rollout for each service, in the order of {@link inOrder}.
 * @throws UndeError LOCKED; and, where no host was switched, what went wrong before.
 */
export async function rollOutSideBySide(
  fleet: Fleet,
  services: readonly (readonly HostMove[])[],
  options: SideBySideOptions,
): Promise<Rollout[]> {
  const ordered = inOrder(services);
  if (ordered.length === 0) return [];
  options.onEvent({
    kind: 'begin',
    services: ordered.map(({ service, moves }) => ({ service, hosts: moves.length })),
  });
  const leases = await takeLeases(fleet, services.flat(), options);
  try {
    const common = new RolloutCommon(leases);
    const rollouts = await inGraph(
      ordered,
      (each, turn) => rollOutWith(fleet, each.moves, options, common, turn),
      options,
    );
    const first = rollouts.find(({ error }) => error !== undefined)?.error;
    const moved = rollouts.some(({ hosts }) => hosts.some(({ result }) => result !== 'untouched'));
    if (first !== undefined && !moved) throw first;
    return rollouts;
  } finally {
    await releaseAll(leases);
  }
}

type Work = (each: OrderedService, turn: Turn) => Promise<Rollout>;

/** Lets each service begin as soon as what it waits for has ended well. */
export async function inGraph(
  ordered: readonly OrderedService[],
  work: Work,
  { serial = false, signal, onEvent }: Pick<SideBySideOptions, 'serial' | 'signal' | 'onEvent'>,
): Promise<Rollout[]> {
  const ended = new Map<string, Promise<Rollout>>();
  let failed: string | undefined;
  const mustStop = () => failed;
  const waitFor = async (names: readonly string[]) => {
    await Promise.all(names.map((name) => ended.get(name) ?? Promise.resolve()));
    return signal.aborted ? 'interrupted by the operator' : failed;
  };
  for (const each of ordered) {
    const all = [...ended.keys()];
    const run = async (): Promise<Rollout> => {
      const stop = await waitFor(serial ? all : each.foundations);
      if (stop !== undefined) return notStarted(each, stop);
      try {
        return await work(each, { mayBegin: () => waitFor(each.after), mustStop });
      } catch (error) {
        return notStarted(each, messageOf(error), error);
      }
    };
    const rollout = run().then((result) => {
      const end = endOf(result);
      const waited = result.notStarted !== undefined && result.error === undefined;
      if (!end.ok && !waited) failed ??= `${each.service} failed`;
      onEvent({ kind: 'end', service: each.service, ...end });
      return result;
    });
    ended.set(each.service, rollout);
  }
  return allOrFirstError([...ended.values()]);
}

/** A service of which nothing was switched. A fault of ours is no outcome. */
function notStarted({ service, moves }: OrderedService, why: string, error?: unknown): Rollout {
  if (error !== undefined && !(error instanceof UndeError)) throw error;
  return {
    id: '',
    service,
    digest: moves[0]?.desired.digest ?? '',
    hosts: moves.map(({ reached }) => ({
      host: reached.assignment.host.name,
      result: 'untouched',
      digest: '',
      reason: why,
    })),
    seconds: 0,
    bytesSent: 0,
    notStarted: why,
    error,
  };
}
