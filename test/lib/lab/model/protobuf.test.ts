import * as fc from 'fast-check';
import { parse } from 'protobufjs';
import { describe, expect, it } from 'vitest';
import {
  bytes,
  chunksOf,
  float,
  integer,
  message,
  sizeOf,
  text,
  type Field,
} from '../../../../src/lib/lab/model/protobuf.ts';

const schema = parse(
  `
  syntax = "proto2";
  message Inner { optional uint64 number = 1; optional string words = 2; }
  message Outer {
    optional uint64 number = 3;
    optional float real = 4;
    optional string words = 200;
    optional bytes raw = 6;
    repeated Inner inner = 7;
  }
`,
).root.lookupType('Outer');

function decode(fields: readonly Field[]): Record<string, unknown> {
  const encoded = Buffer.concat([...chunksOf(fields.flat())]);
  expect(encoded.length).toBe(sizeOf(fields.flat()));
  return schema.toObject(schema.decode(encoded), { longs: Number });
}

describe('protobuf', () => {
  it('is read back by another implementation', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        fc.float({ noNaN: true }),
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        (number, real, words, raw) => {
          const decoded = decode([
            integer(3, number),
            float(4, real),
            text(200, words),
            bytes(6, raw),
            message(7, [integer(1, number), text(2, words)]),
            message(7, []),
          ]);
          expect(decoded).toEqual({
            number,
            real,
            words,
            raw: Buffer.from(raw),
            inner: [{ number, words }, {}],
          });
        },
      ),
    );
  });

  it('makes lazy bytes only when they are written', () => {
    let made = 0;
    const lazy = {
      byteLength: 3,
      *chunks() {
        made++;
        yield Uint8Array.of(1, 2);
        yield Uint8Array.of(3);
      },
    };
    const field = bytes(6, lazy);
    expect(sizeOf(field)).toBe(5);
    expect(made).toBe(0);
    expect(decode([field])['raw']).toEqual(Buffer.from([1, 2, 3]));
    expect(made).toBe(1);
  });

  it('refuses what it cannot write', () => {
    expect(() => integer(1, -1)).toThrow(RangeError);
    expect(() => integer(1, 1.5)).toThrow(RangeError);
  });
});
