import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { UndeError } from '../common/error/unde-error.ts';

/** How long a command waits for another one to finish, in seconds. */
const WAIT_SECONDS = 30;

/**
 * Does something that only one process may do to a folder at a time. The lock is the kernel's, held by a child whose
 * input is this process: it ends with it, however that ends, so that no lock is ever stale.
 *
 * @throws UndeError STORE_BUSY
 */
export async function withFolderLock<T>(
  directory: string,
  work: () => Promise<T>,
  waitSeconds = WAIT_SECONDS,
): Promise<T> {
  const child = spawn(
    'flock',
    ['--exclusive', '--wait', String(waitSeconds), directory, 'sh', '-c', 'echo locked; exec cat >/dev/null'],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const closed = once(child, 'close');
  const answer = await Promise.race([
    once(createInterface(child.stdout), 'line').then(() => 'locked'),
    closed.then(() => 'busy'),
  ]);
  if (answer === 'busy') {
    throw new UndeError({
      code: 'STORE_BUSY',
      message: `another command has been changing ${directory} for ${waitSeconds} s`,
      exit: 'locked',
      hint: 'wait for it to end, then run the command again',
    });
  }
  try {
    return await work();
  } finally {
    child.stdin.end();
    await closed;
  }
}
