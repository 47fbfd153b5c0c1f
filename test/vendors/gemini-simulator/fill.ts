import type { GeminiSchema } from '../../../src/lib/runtime/vendors/gemini/wire.ts';

/** A picture behind the first one: its number, from 1, and how alike they are, 0 to 1. */
export interface Compared {
  readonly number: number;
  readonly likeness: number;
}

/**
 * An answer of the shape that a schema asks for: a list has an item for each picture, the most alike first; in an item,
 * whole numbers are the picture's number, others its likeness, and texts say it in words.
 */
export function fill(schema: GeminiSchema, pictures: readonly Compared[]): unknown {
  const [first = { number: 0, likeness: 0 }] = pictures;
  switch (schema.type) {
    case 'OBJECT':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, each]) => [name, fill(each, pictures)]),
      );
    case 'ARRAY':
      return pictures
        .toSorted((a, b) => b.likeness - a.likeness || a.number - b.number)
        .slice(0, schema.maxItems)
        .map((picture) => fill(schema.items ?? { type: 'INTEGER' }, [picture]));
    case 'INTEGER':
      return first.number;
    case 'NUMBER':
      return Number(first.likeness.toFixed(3));
    case 'STRING':
      return first.likeness > 0.9 ? 'same cut and colour' : 'another colour';
    default:
      return first.likeness > 0.9;
  }
}
