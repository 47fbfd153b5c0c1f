/**
 * The little of protobuf's wire format that writing an ONNX file takes. Sizes are known before any byte is made,
 * so a file of hundreds of megabytes is streamed rather than assembled in memory.
 */

/** A piece of a message: bytes that are there, or bytes that are made when the file is written. */
export type Piece = Uint8Array | LazyBytes;

/** Bytes of known length that are made in chunks, on demand. */
export interface LazyBytes {
  readonly byteLength: number;
  chunks(): Iterable<Uint8Array>;
}

/** A field of a message, as pieces; several fields one after the other are a message. */
export type Field = readonly Piece[];

/** An integer field (int32, int64, enum); negative numbers are not needed here and not taken. */
export function integer(field: number, value: number): Field {
  return [Uint8Array.from([...varint(field * 8), ...varint(value)])];
}

/** A float field. */
export function float(field: number, value: number): Field {
  return [Uint8Array.from(varint(field * 8 + 5)), new Uint8Array(Float32Array.of(value).buffer)];
}

/** A string field. */
export function text(field: number, value: string): Field {
  return bytes(field, Buffer.from(value));
}

/** A bytes field. */
export function bytes(field: number, value: Piece): Field {
  return [header(field, value.byteLength), value];
}

/** A field that holds a message of the given fields. */
export function message(field: number, fields: readonly Field[]): Field {
  const pieces = fields.flat();
  return [header(field, sizeOf(pieces)), ...pieces];
}

/** How many bytes pieces come to. */
export function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
}

/** The bytes of pieces, made one chunk at a time. */
export function* chunksOf(pieces: readonly Piece[]): Generator<Uint8Array> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece;
    else yield* piece.chunks();
  }
}

function header(field: number, length: number): Uint8Array {
  return Uint8Array.from([...varint(field * 8 + 2), ...varint(length)]);
}

/** Seven bits a byte, least significant first. Division rather than shifts: sizes pass 2^31. */
function varint(value: number): number[] {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not an unsigned integer: ${value}`);
  const out: number[] = [];
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
  return out;
}
