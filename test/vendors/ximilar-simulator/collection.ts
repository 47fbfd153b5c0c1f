import type { Picture } from '../picture.ts';

/** A record with its fields, Ximilar's and the customer's. */
export type StoredRecord = Readonly<Record<string, unknown>> & { readonly _id: string };

/** Photos that can be searched by what they look like. */
export class Collection {
  readonly #records = new Map<string, { readonly record: StoredRecord; readonly picture: Picture }>();

  get size(): number {
    return this.#records.size;
  }

  /** Adds a record, or replaces the one of its id. */
  insert(record: StoredRecord, picture: Picture): void {
    this.#records.set(record._id, { record, picture });
  }

  delete(id: string): boolean {
    return this.#records.delete(id);
  }

  ids(): string[] {
    return [...this.#records.keys()];
  }

  /** The records that look most like a picture, the nearest first; among equals, by their ids. */
  nearest(
    picture: Picture,
    count: number,
    filter: unknown,
  ): { readonly record: StoredRecord; readonly distance: number }[] {
    return [...this.#records.values()]
      .filter(({ record }) => matches(record, filter))
      .map((each) => ({ record: each.record, distance: picture.distance(each.picture) }))
      .sort((a, b) => a.distance - b.distance || (a.record._id < b.record._id ? -1 : 1))
      .slice(0, count);
  }
}

/** Whether a record is what a filter asks for; of MongoDB's language it knows equality, `$in` and `$and`. */
function matches(record: StoredRecord, filter: unknown): boolean {
  if (filter === undefined || filter === null) return true;
  return Object.entries(filter as Record<string, unknown>).every(([field, wanted]) => {
    if (field === '$and') return (wanted as unknown[]).every((each) => matches(record, each));
    if (wanted !== null && typeof wanted === 'object' && '$in' in wanted) {
      return (wanted.$in as unknown[]).includes(record[field]);
    }
    return record[field] === wanted;
  });
}
