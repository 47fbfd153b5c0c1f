import type { Duplex } from 'node:stream';

/** What node-postgres expects of a socket, beside a stream. */
interface SocketLike {
  connect(): void;
  setNoDelay(): void;
  setKeepAlive(): void;
  ref(): void;
  unref(): void;
}

/** Lets a stream that is open already, such as a channel of an SSH connection, pass for a socket. */
export function asSocket(stream: Duplex): Duplex & SocketLike {
  return Object.assign(stream, {
    connect: () => process.nextTick(() => stream.emit('connect')),
    setNoDelay: () => undefined,
    setKeepAlive: () => undefined,
    ref: () => undefined,
    unref: () => undefined,
  });
}
