import net from 'node:net';
import { AbstractConnector, type RedisOptions } from 'ioredis';
import { guardConnect } from '../../common/dial/guard.ts';

/**
 * How ioredis opens its connections over TCP, with the lab's guard before each. What a queue duplicates of a connection
 * is made by it too, since it is one of the connection's options.
 */
export class GuardedRedisConnector extends AbstractConnector {
  readonly #options: Pick<RedisOptions, 'host' | 'port' | 'family'>;

  constructor(options: unknown) {
    const { disconnectTimeout = 2000, host, port, family } = options as RedisOptions;
    super(disconnectTimeout);
    this.#options = { host, port, family };
  }

  /** @throws UndeError OUTSIDE_LAB; ioredis tells it through the connection's `error`, and tries again later */
  async connect(): Promise<net.Socket> {
    this.connecting = true;
    const { host, port = 6379, family } = this.#options;
    // ioredis starts to listen only when it has been told; by then the socket must not have failed.
    await new Promise((resolve) => process.nextTick(resolve));
    if (!this.connecting) throw new Error('the connection was closed before it was made');
    const socket = net.connect(
      guardConnect({ host: host ?? 'localhost', port, ...(family === undefined ? {} : { family }) }),
    );
    socket.once('error', (error) => {
      this.firstError = error;
    });
    this.stream = socket;
    return socket;
  }
}
