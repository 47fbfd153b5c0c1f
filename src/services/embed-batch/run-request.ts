import { batchRun, scopeName, type BatchScope } from '../../contracts/embed-batch.ts';
import { Deadline } from '../../lib/runtime/call/deadline.ts';
import { RemoteError } from '../../lib/runtime/call/remote-error.ts';
import { Remote } from '../../lib/runtime/call/remote.ts';

/** How long the service may take to count what is to be done, in milliseconds. */
const DEADLINE_MS = 50_000;
const MAX_BYTES = 1 << 20;

/**
 * Asks the service for a run, for its scheduled jobs; one that is open already will do.
 *
 * @param baseUrl Where the service is.
 * @returns One line for the job's log.
 * @throws RemoteError
 */
export async function requestRun(
  baseUrl: string,
  scope: BatchScope,
  deadlineMs = DEADLINE_MS,
): Promise<string> {
  const remote = new Remote({ name: 'embed-batch', baseUrl, maxBytes: MAX_BYTES });
  try {
    const { id, total } = await remote.post({
      path: '/embed_batch',
      body: { scope },
      deadline: Deadline.after(deadlineMs),
      parse: (json) => batchRun.parse(json),
    });
    return `202: run ${id} over ${scopeName(scope)} has begun, ${total} photo(s)`;
  } catch (error) {
    if (error instanceof RemoteError && error.code === 'RUN_OPEN') return `${error.status}: ${error.message}`;
    throw error;
  } finally {
    await remote.close();
  }
}
