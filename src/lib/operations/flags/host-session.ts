import { UndeError } from '../../common/error/unde-error.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { untimedLedgerLine } from '../../fleet/ledger/writer.ts';
import { connect } from '../../fleet/ssh/connect.ts';
import type { Connection, RemoteProcess } from '../../fleet/ssh/connection.ts';
import {
  parseHostFlags,
  parseProcess,
  type FlagProcess,
  type FlagRecord,
  type HostFlags,
} from './host-flags.ts';
import { flagScript, type FlagQuery } from './host-script.ts';
import { noteName, renderNote, type NewFlagNote } from './note.ts';
import type { FlagHost } from './readers.ts';

/** How long a host may take for an answer in which it waits for nobody, in milliseconds. */
const ANSWER_MS = 20_000;

/** The flags of one service, as they are to be. */
export interface FileWrite {
  readonly service: string;
  readonly version: string;
  readonly text: string;
  /** For the ledger: what changed, and why. */
  readonly reason: string;
}

/** What is to be written on one host. */
export interface HostWrite {
  readonly files: readonly FileWrite[];
  readonly notes: readonly NewFlagNote[];
  /** Names of notes that are settled. */
  readonly forget: readonly string[];
}

/** What became of one process after a write. */
export type FlagEvent = { readonly host: string; readonly service: string } & (
  | { readonly kind: 'runs'; readonly ms: number; readonly process: FlagProcess }
  /** It runs something else, or does not answer, or refused the change. */
  | { readonly kind: 'late'; readonly why: string }
  /** There is no process to wait for. */
  | { readonly kind: 'idle'; readonly why: string }
);

/** How a write ended. */
export type WriteResult =
  /** It is on the disk, and in force. */
  | 'written'
  /** The lock had ended before; nothing was written. */
  | 'lapsed';

/** How a session is opened. */
export interface SessionOptions extends Omit<FlagQuery, 'services'> {
  /** Gives the host up, however far it has come, as long as it has not told what it has. */
  readonly signal?: AbortSignal;
}

/** One host, over a connection that stays open from reading its flags to the confirmation of what was written. */
export class FlagSession {
  readonly place: FlagHost;
  /** What the host said last. */
  state: HostFlags;
  readonly #connection: Connection;
  readonly #process: RemoteProcess;
  #turn = 0;

  private constructor(place: FlagHost, connection: Connection, process: RemoteProcess) {
    this.place = place;
    this.#connection = connection;
    this.#process = process;
    this.state = { host: place.host.name, copies: [], notes: [], held: false };
  }

  /**
   * Connects to a host and reads its flags.
   *
   * @throws UndeError UNREACHABLE and others of the connection
   */
  static async open(fleet: Fleet, place: FlagHost, options: SessionOptions): Promise<FlagSession> {
    const { signal, ...query } = options;
    const late = new AbortController();
    const giveUp = () => late.abort();
    signal?.addEventListener('abort', giveUp, { once: true });
    let connection: Connection | undefined;
    try {
      connection = await connect(fleet.target(place.host), late.signal);
      const script = flagScript({ ...query, services: place.services });
      const process = await connection.startBash(script);
      const session = new FlagSession(place, connection, process);
      await session.#read();
      return session;
    } catch (error) {
      connection?.close();
      throw late.signal.aborted ? silent(place.host.name) : error;
    } finally {
      // From here on the connection is nobody's to give up.
      signal?.removeEventListener('abort', giveUp);
    }
  }

  get host(): string {
    return this.place.host.name;
  }

  /** Reads again, with all versions that the host has kept. */
  async readHistory(): Promise<void> {
    this.#process.write('history\n');
    await this.#read();
  }

  /** Takes the lock, waiting for whoever has it, and reads again; {@link state} says whether it is held. */
  async lock(): Promise<void> {
    this.#process.write('lock\n');
    await this.#read();
  }

  /** Gives the lock back; what was read may change from now on. */
  unlock(): void {
    this.#process.write('unlock\n');
    this.state = { ...this.state, held: false };
  }

  /**
   * Writes files in one step and waits until the processes run them.
   *
   * @param confirmSeconds How long the processes may take.
   * @param force Writes without the lock too.
   * @param onEvent Called for each process; all have been told of when the promise resolves.
   * @throws UndeError FLAGS_NOT_WRITTEN where the host could not; UNREACHABLE where nobody knows
   */
  async write(
    write: HostWrite,
    by: string,
    confirmSeconds: number,
    onEvent: (event: FlagEvent) => void,
    force = false,
  ): Promise<WriteResult> {
    const lines = [
      ...write.files.flatMap((file) => [
        `file ${file.service} ${file.text}`,
        `ledger ${file.service} ${ledgerLine(file, by)}`,
      ]),
      ...write.notes.map((note) => `note ${noteName(note)} ${renderNote(note)}`),
      ...write.forget.map((name) => `forget ${name}`),
      `commit${force ? '!' : ''} ${confirmSeconds}`,
    ];
    this.#process.write(`${lines.join('\n')}\n`);
    let result: WriteResult | undefined;
    let failure: string | undefined;
    await this.#answer(ANSWER_MS + confirmSeconds * 1000, ([kind, service = '', ...rest]) => {
      const at = { host: this.host, service };
      if (kind === 'written' || kind === 'lapsed') result = kind;
      else if (kind === 'failed') failure = service;
      else if (kind === 'late' || kind === 'idle') onEvent({ ...at, kind, why: rest.join(' ') });
      else if (kind === 'refused') {
        const { damaged = '' } = parseProcess(['200', ...rest]);
        onEvent({ ...at, kind: 'late', why: `it refused ${damaged}` });
      } else if (kind === 'runs') {
        const [ms = '', ...body] = rest;
        onEvent({ ...at, kind, ms: Number(ms), process: parseProcess(['200', ...body]) });
      }
    });
    // Either way the host has given the lock back.
    this.state = { ...this.state, held: false };
    if (result !== undefined) return result;
    throw new UndeError({
      code: 'FLAGS_NOT_WRITTEN',
      message: `${this.host} could not write its flags: ${failure ?? 'it did not say why'}`,
      exit: 'failed',
      where: { host: this.host },
      hint: `unde exec host:${this.host} -- df -h /var/lib/unde`,
    });
  }

  close(): void {
    this.#process.end();
    this.#connection.close();
  }

  async #read(): Promise<void> {
    const records: FlagRecord[] = [];
    await this.#answer(ANSWER_MS, (record) => void records.push(record));
    const services = this.place.services.map(({ name }) => name);
    this.state = parseHostFlags(this.host, services, records);
  }

  /** Hands over the records of the next answer, each as it comes. */
  async #answer(timeoutMs: number, onRecord: (record: FlagRecord) => void): Promise<void> {
    const before = this.#turn === 0 ? undefined : `end\t${this.#turn}`;
    const last = `end\t${++this.#turn}`;
    // A process remembers all its lines; those up to the answer before are known.
    let fresh = before === undefined;
    await this.#process.line((line) => {
      if (line === last) return true;
      if (fresh) onRecord(line.split('\t'));
      else fresh = line === before;
      return false;
    }, timeoutMs);
  }
}

function silent(host: string): UndeError {
  return new UndeError({
    code: 'NO_ANSWER',
    message: `no answer from ${host}, and others answered long ago`,
    exit: 'unreachable',
    where: { host },
  });
}

function ledgerLine({ service, version, reason }: FileWrite, by: string): string {
  return untimedLedgerLine({
    id: version,
    who: by,
    action: 'flags',
    service,
    digest: '',
    from: '',
    result: 'ok',
    seconds: 0,
    reason,
  });
}
