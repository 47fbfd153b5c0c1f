import type { WorkReport } from '../../contracts/work.ts';
import { LONG_QUEUE, SLOW_MS } from './metrics.ts';

/**
 * What recognition tells of its work.
 *
 * @param queue Requests that wait or run.
 * @param p95 From a request to its result over the last five minutes, in milliseconds; `undefined` where none ended.
 */
export function recognitionWork(queue: number, p95: number | undefined): WorkReport[] {
  return [
    { name: 'queue', value: queue, unit: 'requests', target: LONG_QUEUE },
    ...(p95 === undefined ? [] : [{ name: 'p95 of 5 min', value: p95, unit: 'ms', target: SLOW_MS }]),
  ];
}
