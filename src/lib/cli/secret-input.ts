import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import type { ReadStream } from 'node:tty';
import { formatSize } from '../common/text/size.ts';
import { messageOf, UndeError } from '../common/error/unde-error.ts';

/** Longest secret that is taken, in bytes: systemd-creds(1) takes a megabyte, and no key comes near. */
const MOST_BYTES = 64 << 10;

/** Where a secret is typed, piped or read from. */
export interface SecretInput {
  /** What `--file` says. */
  readonly file?: string | undefined;
  readonly stdin: NodeJS.ReadStream;
  readonly prompt: NodeJS.WriteStream;
}

/**
 * Takes a secret from a file, from a pipe, or from a terminal that does not show it; never from the command line, which
 * every user of the machine can read. One line's end behind it is taken off: editors and `echo` put it there.
 *
 * @param name What is asked for.
 * @throws UndeError NO_SECRET_FILE, BAD_SECRET, INTERRUPTED
 */
export async function readSecret(name: string, { file, stdin, prompt }: SecretInput): Promise<string> {
  if (file !== undefined) return checked(readFile(file), `the file ${file}`);
  if (!stdin.isTTY) return checked(await buffer(stdin), 'standard input');
  const question = `${name} (not shown, Enter ends it): `;
  return checked(Buffer.from(await hiddenLine(question, stdin, prompt)), 'what was typed');
}

function readFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UndeError({
      code: 'NO_SECRET_FILE',
      message: `the file cannot be read: ${messageOf(error)}`,
      exit: 'usage',
      where: { file },
      cause: error,
    });
  }
}

function checked(bytes: Buffer, from: string): string {
  const bad = (what: string) =>
    new UndeError({
      code: 'BAD_SECRET',
      message: `${from} ${what}`,
      exit: 'usage',
      hint: 'nothing was changed',
    });
  if (bytes.length > MOST_BYTES) throw bad(`is longer than ${formatSize(MOST_BYTES)}, which no secret is`);
  const text = bytes.toString('utf8');
  if (text.includes('\0') || !Buffer.from(text).equals(bytes)) throw bad('is no text');
  const value = text.replace(/\r?\n$/, '');
  if (value.trim() === '') throw bad('is empty');
  return value;
}

/** One line from a terminal in raw mode, which echoes nothing. */
function hiddenLine(question: string, stdin: ReadStream, prompt: NodeJS.WriteStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let line = '';
    const end = () => {
      stdin.off('data', onData);
      stdin.setRawMode(false);
      stdin.pause();
      prompt.write('\n');
    };
    const onData = (chunk: Buffer) => {
      for (const character of chunk.toString()) {
        if (character === '\r' || character === '\n' || character === '\u0004') {
          end();
          return resolve(line);
        }
        if (character === '\u0003') {
          end();
          return reject(
            new UndeError({ code: 'INTERRUPTED', message: 'nothing was changed', exit: 'interrupted' }),
          );
        }
        line = character === '\u007f' || character === '\b' ? line.slice(0, -1) : line + character;
      }
    };
    stdin.setRawMode(true);
    stdin.on('data', onData);
    stdin.resume();
    // Last: what answers the question at once must not be echoed.
    prompt.write(question);
  });
}
