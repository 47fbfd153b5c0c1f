/**
 * Splits hosts into a canary and growing batches: 1, 4, 16, then whatever is left at once, so that a bad release
 * meets one host first and thirty hosts still take four steps.
 *
 * @param size A fixed batch size after the canary; without it batches grow.
 */
export function batchesOf<T>(items: readonly T[], size?: number): T[][] {
  const batches: T[][] = [];
  let next = 1;
  for (let start = 0; start < items.length; start += batches.at(-1)?.length ?? 1) {
    batches.push(items.slice(start, start + next));
    next = size ?? next * 4;
  }
  return batches;
}
