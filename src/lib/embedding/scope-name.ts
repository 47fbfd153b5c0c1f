import type { BatchScope } from '../../contracts/embed-batch.ts';

/** What a scope is called. */
export function scopeName(scope: BatchScope): string {
  if (typeof scope === 'string') return scope;
  return 'brand' in scope ? `brand ${scope.brand}` : `${scope.skus.length} SKU(s)`;
}
