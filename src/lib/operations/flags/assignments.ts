import { UndeError } from '../../common/error/unde-error.ts';
import { readersOf, type FlagService } from './readers.ts';
import { canonicalText } from '../../manifest/flags/value.ts';

/**
 * Reads `NAME=VALUE …` as it is typed, and checks every value by the specs of all services that read the flag.
 *
 * @returns Texts by flag.
 * @throws UndeError BAD_ASSIGNMENT, UNKNOWN_FLAG, BAD_FLAG_VALUE
 */
export function parseAssignments(
  words: readonly string[],
  services: readonly FlagService[],
): Map<string, string> {
  const values = new Map<string, string>();
  for (const word of words) {
    const at = word.indexOf('=');
    const name = word.slice(0, Math.max(0, at));
    const text = word.slice(at + 1).trim();
    if (at <= 0) throw badAssignment(`"${word}" is not NAME=VALUE`);
    if (values.has(name)) throw badAssignment(`${name} is set twice`);
    for (const { specs } of readersOf(services, name)) {
      for (const spec of specs) if (spec.name === name) canonicalText(spec, text);
    }
    values.set(name, text);
  }
  if (values.size === 0) throw badAssignment('there is nothing to set');
  return values;
}

function badAssignment(message: string): UndeError {
  return new UndeError({
    code: 'BAD_ASSIGNMENT',
    message,
    exit: 'usage',
    hint: 'for example: unde flags set SEARCH_BACKEND=ximilar -m "pgvector is being rebuilt"; unde flags list names them all',
  });
}
