import { UndeError } from '../../common/error/unde-error.ts';
import { bashCommand } from '../../common/shell/quote.ts';
import type { Connection } from '../ssh/connection.ts';

/** A request to a service, asked on its own host. */
export interface HostRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** The service's port on loopback. */
  readonly port: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** The whole request's deadline in milliseconds. */
  readonly timeoutMs: number;
  /** Called with each piece of the body as it comes. */
  readonly onBody?: (chunk: Buffer) => void;
  readonly signal?: AbortSignal;
}

/** What the service answered. */
export interface HostAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Asks a service over HTTP from its own host, through the fleet's SSH connection: no port has to be open to the
 * operator, and the host needs nothing but bash. HTTP/1.0, so that an answer ends with its connection.
 *
 * @throws UndeError SERVICE_UNREACHABLE
 */
export async function hostRequest(
  connection: Connection,
  user: string,
  request: HostRequest,
): Promise<HostAnswer> {
  const { method, path, port, timeoutMs, onBody, signal } = request;
  const body = Buffer.from(request.body ?? '');
  const head = [
    `${method} ${path} HTTP/1.0`,
    'Host: localhost',
    'Connection: close',
    ...Object.entries(request.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    ...(method === 'POST' ? [`Content-Length: ${body.length}`] : []),
  ];
  let received = Buffer.alloc(0);
  let headEnd = -1;
  const result = await connection.exec(
    bashCommand(`exec 3<>/dev/tcp/127.0.0.1/${port} || exit 7; cat >&3; cat <&3`, user),
    {
      stdin: Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]),
      timeoutMs,
      signal,
      onStdout: (chunk) => {
        if (headEnd >= 0) return onBody?.(chunk);
        received = Buffer.concat([received, chunk]);
        headEnd = received.indexOf('\r\n\r\n');
        if (headEnd >= 0 && received.length > headEnd + 4) onBody?.(received.subarray(headEnd + 4));
      },
    },
  );
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(result.stdout)?.[1] ?? 0);
  if (status === 0) {
    throw new UndeError({
      code: 'SERVICE_UNREACHABLE',
      message: `nothing answers on port ${port} of ${connection.host}`,
      exit: 'unreachable',
      where: { host: connection.host },
      details: result.stderr
        .split('\n')
        .filter((line) => line !== '')
        .slice(-3),
      hint: `unde status --once`,
    });
  }
  return { status, body: result.stdout.slice(result.stdout.indexOf('\r\n\r\n') + 4) };
}
