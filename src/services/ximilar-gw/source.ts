import type { Deadline } from '../../lib/runtime/call/deadline.ts';
import type { CroppedGarment } from './pictures.ts';
import type { FoundProduct } from './product.ts';

/** What is looked for, besides the garment. */
export interface Question {
  /** How many products, at most. */
  readonly limit: number;
  /** Keys of products that are not to be found again. */
  readonly seen: ReadonlySet<string>;
  readonly brands?: readonly string[] | undefined;
  readonly category?: string | undefined;
}

/** Somebody who knows products that look like a garment. */
export interface Source {
  search(garment: CroppedGarment, question: Question, deadline: Deadline): Promise<FoundProduct>;
}
