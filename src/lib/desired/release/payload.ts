import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { cacheDirectory } from '../../common/context/directories.ts';
import { blobKey, type ReleaseFile } from './release.ts';

const compress = promisify(gzip);

/** How much of a file decides whether it is worth compressing. */
const SAMPLE_BYTES = 1 << 20;
/**
 * A file that keeps more than this share of its size travels as it is. Large ones must shrink a lot: unpacking half a
 * gigabyte costs the host more than sending it.
 */
const worthIt = (size: number) => (size > LARGE_BYTES ? 0.5 : 0.9);
/** Above this a file is compressed at the fastest level: 120 MB of Node take one second instead of six. */
const LARGE_BYTES = 8 << 20;

/** A blob as it travels. */
interface Parcel {
  /** `<sha256>` as it is, `<sha256>.gz` compressed. */
  readonly name: string;
  readonly file: string;
  readonly size: number;
}

/**
 * The blobs that a host lacks, as one tar stream (POSIX ustar) whose members are named by their digest, with `.gz`
 * where they are compressed. Compressed blobs are kept in the cache, so that thirty hosts cost one compression.
 */
export class Payload {
  readonly #parcels = new Map<string, Promise<Parcel>>();
  readonly #directory: string;

  constructor(directory: string = path.join(cacheDirectory(), 'blobs')) {
    this.#directory = directory;
  }

  /**
   * The stream for these files.
   *
   * @param texts Further members, by name.
   */
  async *stream(
    files: readonly ReleaseFile[],
    texts: Readonly<Record<string, string>>,
  ): AsyncGenerator<Buffer> {
    for (const [name, text] of Object.entries(texts)) {
      const data = Buffer.from(text);
      yield tarHeader(name, data.length);
      yield data;
      yield padding(data.length);
    }
    for (const parcel of await this.#prepare(files)) {
      yield tarHeader(parcel.name, parcel.size);
      for await (const chunk of createReadStream(parcel.file, { highWaterMark: 256 << 10 })) {
        yield chunk as Buffer;
      }
      yield padding(parcel.size);
    }
    yield Buffer.alloc(1024);
  }

  async #prepare(files: readonly ReleaseFile[]): Promise<Parcel[]> {
    const unique = new Map(files.map((file) => [blobKey(file), file]));
    const parcels: Parcel[] = [];
    // One at a time: compressing many files at once would hold them all in memory.
    for (const file of unique.values()) parcels.push(await this.#parcel(file));
    return parcels;
  }

  #parcel(file: ReleaseFile): Promise<Parcel> {
    const key = blobKey(file);
    let parcel = this.#parcels.get(key);
    if (parcel === undefined) {
      parcel = this.#pack(file);
      this.#parcels.set(key, parcel);
    }
    return parcel;
  }

  async #pack(file: ReleaseFile): Promise<Parcel> {
    const packed = path.join(this.#directory, `${file.sha256}.gz`);
    const size = await stat(packed)
      .then((info) => info.size)
      .catch(() => undefined);
    if (size !== undefined) return { name: `${blobKey(file)}.gz`, file: packed, size };
    if (!(await isCompressible(file))) return { name: blobKey(file), file: file.source, size: file.size };
    const data = await compress(await readFile(file.source), { level: file.size > LARGE_BYTES ? 1 : 6 });
    await mkdir(this.#directory, { recursive: true });
    await writeFile(`${packed}.${process.pid}`, data);
    await rename(`${packed}.${process.pid}`, packed);
    return { name: `${blobKey(file)}.gz`, file: packed, size: data.length };
  }
}

/** Weights and pictures do not get smaller; trying it on a piece from the middle tells. */
async function isCompressible(file: ReleaseFile): Promise<boolean> {
  // Real weights keep nine tenths of their size, whatever a sample of a stand-in's promises.
  if (file.size < 128 || file.path.startsWith('assets/')) return false;
  const handle = await open(file.source);
  try {
    const sample = Buffer.alloc(Math.min(SAMPLE_BYTES, file.size));
    await handle.read(sample, 0, sample.length, Math.floor((file.size - sample.length) / 2));
    return (await compress(sample, { level: 1 })).length < sample.length * worthIt(file.size);
  } finally {
    await handle.close();
  }
}

function padding(size: number): Buffer {
  return Buffer.alloc((512 - (size % 512)) % 512);
}

/** A ustar header (POSIX.1-1988, pax): the name is a digest, so it always fits. */
export function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  header.write(name, 0, 100);
  header.write(octal(0o600, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(0, 12), 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
