import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import type { SearchRequest } from '../../contracts/gateway.ts';
import { HttpError } from '../../lib/runtime/process/http-error.ts';

/*
 * A cursor holds the products that an asker has seen, so that whatever changes between two pages (an index that grows, a
 * source that was down, another mode), none comes twice. The gateway itself remembers nothing.
 */

/** How many products one search leads through; behind them there is no next page. */
export const MOST_SEEN = 1000;

const cursor = z.object({ v: z.literal(1), of: z.string(), seen: z.array(z.string()).max(MOST_SEEN) });
/** A thousand products' keys, generously. */
const MAX_BYTES = 256 * 1024;

/** What is asked, without where in it: a cursor of another question does not fit. */
type Question = Pick<SearchRequest, 'image_url' | 'box' | 'brands' | 'category'>;

/** The cursor behind the products that an asker has seen by now; null where that is the end. */
export function writeCursor(question: Question, seen: readonly string[]): string | null {
  if (seen.length > MOST_SEEN) return null;
  const text = JSON.stringify({ v: 1, of: hashOf(question), seen });
  return deflateRawSync(text).toString('base64url');
}

/**
 * The keys of the products that an asker has seen.
 *
 * @throws HttpError BAD_CURSOR
 */
export function readCursor(question: Question, after: string | undefined): readonly string[] {
  if (after === undefined) return [];
  const parsed = cursor.safeParse(unpack(after));
  if (parsed.success && parsed.data.of === hashOf(question)) return parsed.data.seen;
  throw new HttpError(
    400,
    'BAD_CURSOR',
    parsed.success ? 'after: it is the cursor of another search' : 'after: it is not a cursor',
  );
}

function unpack(text: string): unknown {
  try {
    const packed = Buffer.from(text, 'base64url');
    return JSON.parse(inflateRawSync(packed, { maxOutputLength: MAX_BYTES }).toString());
  } catch {
    return undefined;
  }
}

function hashOf({ image_url, box, brands, category }: Question): string {
  const text = JSON.stringify([image_url, box ?? null, brands?.toSorted() ?? null, category ?? null]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
