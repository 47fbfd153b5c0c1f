import net from 'node:net';
import type { Context } from '../context/context.ts';
import { UndeError } from '../error/unde-error.ts';

const LAB = new net.BlockList();
// RFC 2544 sets this range aside for benchmarks: no host of the internet or of the fleet has such an address.
LAB.addSubnet('198.18.0.0', 15, 'ipv4');
LAB.addSubnet('127.0.0.0', 8, 'ipv4');
LAB.addAddress('::1', 'ipv6');

/** Whether an address belongs to the lab's range or to loopback. Names are never resolved, and never belong. */
export function isLabAddress(address: string): boolean {
  const family = net.isIP(address);
  if (family === 0) return false;
  return LAB.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * The safety rule of the lab: in the lab context nothing may be opened to an address outside 198.18.0.0/15 and
 * loopback; and with `UNDE_ONLY_LAB` set, as every test sets it, nothing may be in any context.
 *
 * @throws UndeError OUTSIDE_LAB
 */
export function assertMayDial(
  context: Pick<Context, 'name'>,
  address: string,
  env: NodeJS.ProcessEnv = process.env,
): void {
  if (context.name !== 'lab' && !env['UNDE_ONLY_LAB']) return;
  if (isLabAddress(address)) return;
  throw new UndeError({
    code: 'OUTSIDE_LAB',
    message: `refused to connect to ${address}: the ${context.name} context may only reach 198.18.0.0/15 and loopback here`,
    exit: 'refused',
    hint:
      context.name === 'lab'
        ? 'this is a fault in how the lab maps addresses; nothing was sent'
        : 'UNDE_ONLY_LAB is set, so that no test can reach the fleet; unset it to act on production',
  });
}

/**
 * Opens a TCP connection. Every connection of the CLI to a host goes through here, or (for a child process that
 * connects by itself, such as OpenSSH) through {@link assertMayDial} first.
 *
 * @param timeoutMs How long the connection may take to be established, in milliseconds.
 * @param signal Closes the connection, however far it has come.
 * @throws UndeError OUTSIDE_LAB, UNREACHABLE
 */
export function dial(
  context: Pick<Context, 'name'>,
  address: string,
  port: number,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<net.Socket> {
  assertMayDial(context, address);
  return new Promise((resolve, reject) => {
    const socket = net.connect({
      host: address,
      port,
      noDelay: true,
      signal,
    });
    const fail = (why: string) => {
      socket.destroy();
      reject(
        new UndeError({
          code: 'UNREACHABLE',
          message: `${address}:${port} ${why}`,
          exit: 'unreachable',
        }),
      );
    };
    socket.setTimeout(timeoutMs, () => fail(`did not answer within ${timeoutMs / 1000} s`));
    socket.once('error', (error) => fail(`cannot be reached: ${error.message}`));
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeAllListeners('error');
      // Whoever takes the socket listens for its errors; one that comes before must not end the process.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}
