import type { Duplex } from 'node:stream';

/** What a command on a host answered. */
export interface ExecResult {
  /** The exit code; `null` where a signal or a lost connection ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Empty where somebody listened to it line by line. */
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command on a host is run. */
export interface ExecOptions {
  /** Fed to the command's standard input, which is closed behind it. */
  readonly stdin?: string | Buffer | AsyncIterable<Buffer> | undefined;
  /** The whole command's deadline in milliseconds. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with each line of standard output as it comes; it is kept nowhere else then. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** A process on a host whose input stays open: it lives as long as the connection, or until `end()`. */
export interface RemoteProcess {
  write(text: string): void;
  end(): void;
  /** Resolves with the first line of standard output that `match` accepts; rejects when the process ends first. */
  line(match: (line: string) => boolean, timeoutMs: number): Promise<string>;
  readonly closed: Promise<ExecResult>;
}

/**
 * One connection to one host: the transport behind everything that the CLI does there. ssh2 implements it for
 * fan-out.
 */
export interface Connection {
  readonly host: string;
  /**
   * Runs a command line of the login's own shell to its end, with the login's own rights. A non-zero exit code is a
   * result, not an error.
   */
  exec(command: string, options?: ExecOptions): Promise<ExecResult>;
  /** Runs a bash script to its end, as `exec` does, but with root's rights: by sudo where root does not log in. */
  bash(script: string, options?: ExecOptions): Promise<ExecResult>;
  /** Starts a bash script that stays, with root's rights. */
  startBash(script: string): Promise<RemoteProcess>;
  /**
   * A stream to a unix socket of the host, opened there by the user that is logged in.
   *
   * @throws UndeError UNREACHABLE, CONNECTION_LOST
   */
  openUnixSocket(path: string): Promise<Duplex>;
  /**
   * A stream to a TCP port on the host's own loopback.
   *
   * @throws UndeError SERVICE_UNREACHABLE, FORWARDING_REFUSED, CONNECTION_LOST
   */
  openTcp(port: number): Promise<Duplex>;
  /** Bytes sent to the host so far, before encryption. */
  readonly bytesSent: number;
  /** Resolves, with the cause, once the connection is lost or closed. */
  readonly lost: Promise<Error | undefined>;
  close(): void;
}
