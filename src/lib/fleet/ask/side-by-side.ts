import pLimit from 'p-limit';

/** At most so many hosts are talked to at once. */
export const MAX_IN_FLIGHT = 32;

/** Does the same with each of some hosts at once, as many at a time as may be; the results keep their order. */
export function sideBySide<T, R>(hosts: Iterable<T>, work: (host: T) => Promise<R>): Promise<R[]> {
  const limit = pLimit(MAX_IN_FLIGHT);
  return Promise.all([...hosts].map((host) => limit(work, host)));
}
