import type { LazyBytes } from './protobuf.ts';

const CHUNK_WEIGHTS = 1 << 18;
/** Standard deviation of the sum of four independent bytes: sqrt(4 * (256^2 - 1) / 12). */
const FOUR_BYTES_DEVIATION = Math.sqrt((256 ** 2 - 1) / 3);
const FOUR_BYTES_MEAN = 4 * 127.5;

/**
 * Random float32 weights, near enough to normal: each is the sum of the four bytes of one 32-bit random number.
 * The same seed gives the same bytes on every machine.
 *
 * @param count How many weights.
 * @param deviation Their standard deviation; their mean is 0.
 */
export function randomWeights(count: number, deviation: number, seed: number): LazyBytes {
  const scale = deviation / FOUR_BYTES_DEVIATION;
  return {
    byteLength: count * 4,
    *chunks() {
      const next = xorshift(seed);
      for (let done = 0; done < count; done += CHUNK_WEIGHTS) {
        const chunk = new Float32Array(Math.min(CHUNK_WEIGHTS, count - done));
        for (let i = 0; i < chunk.length; i++) {
          const word = next();
          const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24);
          chunk[i] = (sum - FOUR_BYTES_MEAN) * scale;
        }
        yield new Uint8Array(chunk.buffer);
      }
    },
  };
}

/** The same value throughout, such as the ones of a layer norm's scale. */
export function constantWeights(count: number, value: number): Uint8Array {
  return new Uint8Array(new Float32Array(count).fill(value).buffer);
}

/** Marsaglia's xorshift128: fast, and good enough for weights that mean nothing. */
function xorshift(seed: number): () => number {
  let x = 123456789 ^ seed;
  let y = 362436069 ^ Math.imul(seed, 0x9e3779b1);
  let z = 521288629 ^ Math.imul(seed, 0x85ebca77);
  let w = 88675123;
  const next = () => {
    const t = x ^ (x << 11);
    x = y;
    y = z;
    z = w;
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return w;
  };
  // Neighbouring seeds start out alike; a few rounds part them.
  for (let i = 0; i < 32; i++) next();
  return next;
}
