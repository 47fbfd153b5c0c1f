import net from 'node:net';
import { UndeError } from '../common/error/unde-error.ts';
import { waitUntil } from './process.ts';

/**
 * Does something that only one process of the machine may do at a time. The lock is an abstract socket: the kernel
 * frees it with the process, however that ends, so that there is nothing stale to take over.
 *
 * @param name What is locked, e.g. `lab-default`.
 * @param waitMs How long to wait for another holder, in milliseconds.
 * @throws UndeError LAB_BUSY
 */
export async function withLock<T>(name: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  let held: net.Server | undefined;
  await waitUntil(async () => (held = await acquire(name)) !== undefined, waitMs, 100);
  if (held === undefined) {
    throw new UndeError({
      code: 'LAB_BUSY',
      message: `another process is working on ${name}`,
      exit: 'locked',
      hint: 'wait for it to end, then run the command again',
    });
  }
  try {
    return await work();
  } finally {
    held.close();
  }
}

function acquire(name: string): Promise<net.Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(`\0unde-${name}`, () => {
      server.unref();
      resolve(server);
    });
  });
}
