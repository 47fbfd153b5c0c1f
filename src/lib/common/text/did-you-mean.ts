import { distance } from 'fastest-levenshtein';

/**
 * The names nearest to a misspelt one, nearest first: those within a third of its length in edits (two at least),
 * and those that begin with it.
 *
 * @param most How many to return at most.
 */
export function nearestName(wrong: string, names: Iterable<string>, most = 3): string[] {
  const limit = Math.max(2, Math.floor(wrong.length / 3));
  return (
    [...new Set(names)]
      .map((name) => ({ name, edits: distance(wrong, name), begins: wrong !== '' && name.startsWith(wrong) }))
      // Two short words with no letter in common are not near, few as the edits are.
      .filter(
        ({ name, edits, begins }) =>
          begins || (edits <= limit && edits < Math.max(wrong.length, name.length)),
      )
      .sort((a, b) => a.edits - b.edits || a.name.localeCompare(b.name))
      .slice(0, most)
      .map(({ name }) => name)
  );
}

/** `did you mean a, b or c?`, or `undefined` where nothing is near. */
export function didYouMean(wrong: string, names: Iterable<string>): string | undefined {
  const found = nearestName(wrong, names);
  if (found.length === 0) return undefined;
  const last = found.pop() ?? '';
  return `did you mean ${found.length === 0 ? last : `${found.join(', ')} or ${last}`}?`;
}
