import { readlinkSync } from 'node:fs';
import os from 'node:os';

/**
 * How far computing stands back behind serving; nice(1) goes from 0 to 19. Measured at 0, 5, 6 and 10 with the load
 * generator on the same two processors (bench/README.md): 0 lets the event loop wait up to 16 ms, 10 takes a seventh
 * of the throughput under a flood.
 */
export const COMPUTE_NICE = 5;

/**
 * Lets the calling thread, and the threads that it starts from then on, stand back behind the process's others. A
 * model keeps every processor busy, and the event loop would wait milliseconds for its turn; and what else the host
 * runs goes first. Throughput stays, since the processors are never idle for it. Does nothing where threads have no
 * priority of their own (elsewhere than on Linux), or where it is not allowed.
 */
export function standBack(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    os.setPriority(thread, COMPUTE_NICE);
  } catch {
    return;
  }
}
