import { z } from 'zod';

/**
 * A photo of a product as a record of our Ximilar collection. Ximilar's own fields begin with `_`; the others are ours:
 * what is needed to filter by, and to tell the product without asking anybody else.
 */
export const collectionRecord = z.object({
  /** `<sku>/<number of the photo>` */
  _id: z.string(),
  /** Where the photo is. */
  _url: z.string().optional(),
  sku: z.string(),
  brand: z.string(),
  category: z.string().nullish(),
  title: z.string().nullish(),
});
export type CollectionRecord = z.infer<typeof collectionRecord>;

/** The fields that a search is to bring. */
export const RECORD_FIELDS = Object.keys(collectionRecord.shape);

/** What a search is narrowed to. */
export interface CollectionFilter {
  readonly brands?: readonly string[] | undefined;
  readonly category?: string | undefined;
}

/** The filter in Ximilar's notation, which is MongoDB's; undefined where nothing is filtered. */
export function filterQuery({ brands, category }: CollectionFilter): Record<string, unknown> | undefined {
  if (brands === undefined && category === undefined) return undefined;
  return {
    ...(brands === undefined ? {} : { brand: { $in: brands } }),
    category,
  };
}
