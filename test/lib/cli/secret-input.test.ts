import { PassThrough } from 'node:stream';
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSecret } from '../../../src/lib/cli/secret-input.ts';

/** A stream that can stand for a terminal: what it is told to be, and what was written to it. */
function terminal(isTTY: boolean) {
  const stdin = Object.assign(new PassThrough(), {
    isTTY,
    raw: [] as boolean[],
    setRawMode: (on: boolean) => stdin.raw.push(on),
  });
  const prompt = new PassThrough();
  return { stdin, prompt, shown: () => (prompt.read() as Buffer | null)?.toString() ?? '' };
}
const read = (with_: ReturnType<typeof terminal>, file?: string) =>
  readSecret('Vendor token', {
    file,
    stdin: with_.stdin as unknown as NodeJS.ReadStream,
    prompt: with_.prompt as unknown as NodeJS.WriteStream,
  });
const piped = (text: string | Buffer) => {
  const pipe = terminal(false);
  pipe.stdin.end(text);
  return read(pipe);
};

describe('readSecret', () => {
  it('takes a pipe, without the newline that echo puts behind it', async () => {
    expect(await piped('planted\n')).toBe('planted');
    expect(await piped('two\nlines\n\n')).toBe('two\nlines\n');
    expect(await piped('planted\r\n')).toBe('planted');
  });

  it('takes a file', async () => {
    const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'unde-input-')), 'token');
    writeFileSync(file, 'planted\n');
    expect(await read(terminal(false), file)).toBe('planted');
    await expect(read(terminal(false), `${file}.none`)).rejects.toMatchObject({ code: 'NO_SECRET_FILE' });
  });

  it('takes what is typed at a terminal without showing it', async () => {
    const tty = terminal(true);
    const reading = read(tty);
    for (const piece of ['plant', 'xy\u007f\u007f', 'ed\r']) tty.stdin.write(piece);
    expect(await reading).toBe('planted');
    expect(tty.shown()).toBe('Vendor token (not shown, Enter ends it): \n');
    expect(tty.stdin.raw).toEqual([true, false]);
  });

  it('gives the terminal back when it is interrupted', async () => {
    const tty = terminal(true);
    const reading = read(tty);
    tty.stdin.write('pla\u0003');
    await expect(reading).rejects.toMatchObject({ code: 'INTERRUPTED', exit: 'interrupted' });
    expect(tty.stdin.raw).toEqual([true, false]);
  });

  it.each([
    ['nothing', ''],
    ['a newline', '\n'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe])],
    ['a null byte', 'plan\0ted'],
    ['a film', Buffer.alloc(70_000, 'a')],
  ])('refuses %s, without repeating it', async (_, text) => {
    const error: unknown = await piped(text).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'BAD_SECRET' });
    expect(JSON.stringify(error)).not.toContain('aaaa');
  });
});
