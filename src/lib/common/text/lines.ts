import { StringDecoder } from 'node:string_decoder';

/** Cuts a stream of UTF-8 into whole lines, however it comes in pieces: a letter's bytes may lie in two of them. */
export class LineReader {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #partial = '';

  /** @param onLine Called with each line, without its end. */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Takes the next piece. */
  write(chunk: Buffer): void {
    this.#take(this.#decoder.write(chunk));
  }

  /** Takes what is left as the last line, where the stream did not end with a line's end. */
  end(): void {
    this.#take(this.#decoder.end());
    const rest = this.#partial;
    this.#partial = '';
    if (rest !== '') this.#onLine(rest);
  }

  #take(text: string): void {
    const lines = text.split('\n');
    lines[0] = this.#partial + (lines[0] ?? '');
    this.#partial = lines.pop() ?? '';
    for (const line of lines) this.#onLine(line);
  }
}
