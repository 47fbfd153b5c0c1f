import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { Duplex } from 'node:stream';
import type { Client, ClientChannel } from 'ssh2';
import { UndeError } from '../../common/error/unde-error.ts';
import { bashCommand } from '../../common/shell/quote.ts';
import { LineReader } from '../../common/text/lines.ts';
import type { Connection, ExecOptions, ExecResult, RemoteProcess } from './connection.ts';
import type { SshTarget } from './target.ts';

/** Why a server would not open a channel: SSH_OPEN_ADMINISTRATIVELY_PROHIBITED of RFC 4254, 5.1. */
const FORBIDDEN = 1;

/** What ssh2 says of a channel that the server would not open. */
type ChannelError = Error & { readonly reason?: number };

/** {@link Connection} by the ssh2 package. */
export class Ssh2Connection implements Connection {
  readonly host: string;
  readonly lost: Promise<Error | undefined>;
  readonly #user: string;
  readonly #client: Client;
  readonly #jump: Ssh2Connection | undefined;
  #bytesSent = 0;
  #error: Error | undefined;

  /** @param login The host's name, and whom the client is logged in as. */
  constructor(
    login: { readonly host: string; readonly user: string },
    client: Client,
    jump: Ssh2Connection | undefined,
  ) {
    this.host = login.host;
    this.#user = login.user;
    this.#client = client;
    this.#jump = jump;
    // Errors after the login arrive here; the channels that were open learn of it by their own close.
    client.on('error', (error: Error) => {
      this.#error = error;
    });
    this.lost = new Promise((resolve) => {
      client.once('close', () => resolve(this.#error));
    });
  }

  get bytesSent(): number {
    return this.#bytesSent;
  }

  async exec(command: string, options: ExecOptions = {}): Promise<ExecResult> {
    if (options.signal?.aborted) return { code: null, signal: null, stdout: '', stderr: '' };
    const { channel, result } = await this.#open(command, options.onLine);
    const deadline = this.#deadline(channel, command, options.timeoutMs);
    const abort = () => channel.close();
    options.signal?.addEventListener('abort', abort, { once: true });
    // It may have come while the channel was being opened.
    if (options.signal?.aborted) abort();
    try {
      await Promise.race([this.#feed(channel, options.stdin), result, deadline.promise]);
      const answer = await Promise.race([result, deadline.promise]);
      if (answer.code === null && answer.signal === null && options.signal?.aborted !== true) {
        throw this.#lostError();
      }
      return answer;
    } finally {
      deadline.clear();
      options.signal?.removeEventListener('abort', abort);
    }
  }

  bash(script: string, options?: ExecOptions): Promise<ExecResult> {
    return this.exec(bashCommand(script, this.#user), options);
  }

  async startBash(script: string): Promise<RemoteProcess> {
    const waiting = new Set<(line: string) => void>();
    const lines: string[] = [];
    const { channel, result: closed } = await this.#open(bashCommand(script, this.#user), (line) => {
      lines.push(line);
      for (const listener of waiting) listener(line);
    });
    return {
      closed,
      write: (text) => {
        this.#bytesSent += Buffer.byteLength(text);
        channel.write(text);
      },
      end: () => void channel.end(),
      line: (match, timeoutMs) =>
        new Promise((resolve, reject) => {
          const early = lines.find(match);
          if (early !== undefined) return resolve(early);
          const listener = (line: string) => {
            if (!match(line)) return;
            done();
            resolve(line);
          };
          const fail = (why: string) => {
            done();
            reject(
              new UndeError({
                code: 'HOST_SILENT',
                message: `${this.host}: ${why}`,
                exit: 'unreachable',
                where: { host: this.host },
              }),
            );
          };
          const timer = setTimeout(() => fail(`no answer within ${timeoutMs / 1000} s`), timeoutMs);
          const done = () => {
            clearTimeout(timer);
            waiting.delete(listener);
          };
          waiting.add(listener);
          void closed.then((result) => fail(`ended early: ${result.stderr.trim() || `code ${result.code}`}`));
        }),
    };
  }

  /** A stream to another address as seen from this host; how a jump host is used. */
  forward(target: SshTarget): Promise<Duplex> {
    return this.#channel(
      (opened) => this.#client.forwardOut('127.0.0.1', 0, target.address, target.port, opened),
      {
        code: 'UNREACHABLE',
        message: `${target.host} cannot be reached through ${this.host}`,
        where: { host: target.host },
      },
    );
  }

  openUnixSocket(path: string): Promise<Duplex> {
    return this.#channel((opened) => this.#client.openssh_forwardOutStreamLocal(path, opened), {
      code: 'UNREACHABLE',
      message: `${path} cannot be opened on ${this.host}`,
      where: { host: this.host, file: path },
    });
  }

  openTcp(port: number): Promise<Duplex> {
    return this.#channel((opened) => this.#client.forwardOut('127.0.0.1', 0, '127.0.0.1', port, opened), {
      code: 'SERVICE_UNREACHABLE',
      message: `nothing answers on port ${port} of ${this.host}`,
      where: { host: this.host },
      hint: `unde status host:${this.host} --once`,
    });
  }

  /**
   * Opens a forwarded channel. For TCP sshd tells apart whether it forbids that or nothing listens there; for unix sockets
   * it does not.
   */
  #channel(
    open: (opened: (error: ChannelError | undefined, channel: ClientChannel) => void) => void,
    failure: {
      readonly code: string;
      readonly message: string;
      readonly where: { readonly host: string; readonly file?: string };
      readonly hint?: string;
    },
  ): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      // On a connection that is gone ssh2 never calls back.
      void this.lost.then(() => reject(this.#lostError()));
      open((error, channel) => {
        if (error === undefined) return resolve(channel);
        if (error.reason === FORBIDDEN) return reject(this.#forwardingRefused(error));
        const { code, message, where, hint } = failure;
        reject(
          new UndeError({
            code,
            message: `${message}: ${error.message}`,
            exit: 'unreachable',
            where,
            hint,
            cause: error,
          }),
        );
      });
    });
  }

  #forwardingRefused(cause: Error): UndeError {
    return new UndeError({
      code: 'FORWARDING_REFUSED',
      message: `sshd of ${this.host} forbids forwarding: AllowTcpForwarding is "no" there, and operators need "local"`,
      exit: 'refused',
      where: { host: this.host, file: '/etc/ssh/sshd_config' },
      details: [cause.message],
      hint: `unde deploy base+host:${this.host} sets it`,
      cause,
    });
  }

  close(): void {
    this.#client.end();
    this.#jump?.close();
  }

  /** Runs a command; what it says is listened to from the first moment on, since it may have ended by then. */
  #open(
    command: string,
    onLine?: (line: string) => void,
  ): Promise<{ readonly channel: ClientChannel; readonly result: Promise<ExecResult> }> {
    return new Promise((resolve, reject) => {
      // On a connection that is gone ssh2 never calls back.
      void this.lost.then(() => reject(this.#lostError()));
      this.#client.exec(command, (error, channel) => {
        if (error === undefined) {
          return resolve({ channel: leftToTheHost(channel), result: collect(channel, onLine) });
        }
        reject(
          new UndeError({
            code: 'UNREACHABLE',
            message: `${this.host} refused to run a command: ${error.message}`,
            exit: 'unreachable',
            where: { host: this.host },
          }),
        );
      });
    });
  }

  async #feed(channel: ClientChannel, stdin: ExecOptions['stdin']): Promise<void> {
    if (stdin === undefined) return void channel.end();
    if (typeof stdin === 'string' || Buffer.isBuffer(stdin)) {
      this.#bytesSent += Buffer.byteLength(stdin);
      return void channel.end(stdin);
    }
    const counted = async function* (this: Ssh2Connection): AsyncGenerator<Buffer> {
      for await (const chunk of stdin) {
        this.#bytesSent += chunk.length;
        yield chunk;
      }
    };
    // A command that ends before it has read everything breaks the pipe; its exit code tells why.
    await pipeline(Readable.from(counted.call(this)), channel).catch(() => undefined);
  }

  #deadline(channel: ClientChannel, command: string, timeoutMs: number | undefined) {
    let timer: NodeJS.Timeout | undefined;
    const promise = new Promise<never>((_, reject) => {
      if (timeoutMs === undefined) return;
      timer = setTimeout(() => {
        channel.close();
        reject(
          new UndeError({
            code: 'HOST_TIMEOUT',
            message: `${this.host} did not finish within ${timeoutMs / 1000} s: ${command.slice(0, 60)}`,
            exit: 'unreachable',
            where: { host: this.host },
          }),
        );
      }, timeoutMs);
    });
    // Whoever waits hears of it; nobody waiting is not a fault.
    promise.catch(() => undefined);
    return { promise, clear: () => clearTimeout(timer) };
  }

  #lostError(): UndeError {
    return new UndeError({
      code: 'CONNECTION_LOST',
      message: `the connection to ${this.host} was lost${this.#error === undefined ? '' : `: ${this.#error.message}`}`,
      exit: 'unreachable',
      where: { host: this.host },
    });
  }
}

/**
 * Lets the host close a channel. Node destroys a stream once both of its halves have ended, and ssh2 closes the channel
 * then; a busy host has not yet said how the command ended, and never does afterwards.
 */
function leftToTheHost(channel: ClientChannel): ClientChannel {
  const destroy = channel.destroy.bind(channel);
  // With an error the channel is of no more use; without one Node only means to tidy up.
  return Object.assign(channel, {
    destroy: (error?: Error | null) => (error instanceof Error ? destroy() : channel),
  });
}

function collect(channel: ClientChannel, onLine?: (line: string) => void): Promise<ExecResult> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let exit: { code: number | null; signal: string | null } = { code: null, signal: null };
  const lines = onLine === undefined ? undefined : new LineReader(onLine);
  channel.on('data', (chunk: Buffer) => {
    if (lines === undefined) stdout.push(chunk);
    else lines.write(chunk);
  });
  channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  channel.on('exit', (code: number | null, signal?: string) => {
    exit = { code, signal: signal ?? null };
  });
  // A broken pipe is told by the exit code; without a listener it would end the process.
  channel.on('error', () => undefined);
  return new Promise((resolve) => {
    channel.once('close', () => {
      lines?.end();
      resolve({
        ...exit,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });
}
