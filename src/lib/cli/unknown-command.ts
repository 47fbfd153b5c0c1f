import { UndeError } from '../common/error/unde-error.ts';
import { nearestName } from '../common/text/did-you-mean.ts';

/**
 * The error of a command that there is not. It suggests and never runs: on a fleet, what somebody nearly typed is not
 * what they meant.
 *
 * @param words What was typed behind `unde`, flags aside.
 * @param ids The commands, topics and name joined by colons.
 */
export function unknownCommand(words: readonly string[], ids: readonly string[]): UndeError {
  const named = ids.map((id) => id.replaceAll(':', ' '));
  const topic = words[0] ?? '';
  const inTopic = named.filter((name) => name.startsWith(`${topic} `));
  const found = nearestOf(words, inTopic.length > 0 ? inTopic : named);
  const typed = words.slice(0, found[0]?.split(' ').length ?? (inTopic.length > 0 ? 2 : 1)).join(' ');
  return new UndeError({
    code: 'UNKNOWN_COMMAND',
    message: `there is no command "${typed}"`,
    exit: 'usage',
    hint:
      found.length > 0
        ? `did you mean: ${found.map((name) => `unde ${name}`).join(', ')}?`
        : inTopic.length > 0
          ? `there are: ${inTopic.map((name) => `unde ${name}`).join(', ')}`
          : 'see what there is: unde --help',
  });
}

/** Each command is compared with as many words as it has itself. */
function nearestOf(words: readonly string[], names: readonly string[]): string[] {
  const byLength = new Map<number, string[]>();
  for (const name of names) {
    const length = name.split(' ').length;
    byLength.set(length, [...(byLength.get(length) ?? []), name]);
  }
  return [...byLength]
    .filter(([length]) => words.length >= length)
    .sort(([a], [b]) => b - a)
    .flatMap(([length, group]) => nearestName(words.slice(0, length).join(' '), group))
    .slice(0, 3);
}
