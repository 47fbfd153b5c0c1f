import { createTwoFilesPatch } from 'diff';

/**
 * A unified diff of a managed file, as `diff -u` prints it, without the file's name.
 *
 * @param before The text on the host; `undefined` where there is no such file.
 */
export function unifiedDiff(before: string | undefined, after: string): string[] {
  const patch = createTwoFilesPatch('', '', before ?? '', after, '', '', { context: 2 });
  return patch
    .split('\n')
    .slice(3)
    .filter((line) => line !== '' && !line.startsWith('---') && !line.startsWith('+++'));
}
