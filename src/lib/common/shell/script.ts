import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../context/package-root.ts';
import { quote } from './quote.ts';

/** What a variable of a script can hold; `true` is 1 and `false` is 0, so that bash can ask `((name))`. */
type ShellValue =
  string | number | boolean | readonly (string | number)[] | ReadonlyMap<string, string | number>;

/** The parameters of a script, by the names that it knows them by. */
export type ShellVariables = Readonly<Record<string, ShellValue>>;

/** What PATH is for a script on a host, whoever starts it. */
export const HOST_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const texts = new Map<string, string>();

/**
 * The text of a `.sh` file of this package, without its first lines of comment, which are for who reads the source.
 * It is read when it is first asked for, and once.
 *
 * @param file Its path below `src`.
 */
export function shellText(file: string): string {
  let text = texts.get(file);
  if (text === undefined) {
    text = readFileSync(path.join(packageRoot(), 'src', file), 'utf8')
      .replace(/^(#.*\n)+\n*/, '')
      .trimEnd();
    texts.set(file, text);
  }
  return text;
}

/** Renders assignments in bash, one a line: lists become arrays, maps become associative ones. */
export function assignments(variables: ShellVariables): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      if (value instanceof Map) {
        const items = [...(value as ReadonlyMap<string, string | number>)];
        return `declare -A ${name}=(${items.map(([key, item]) => `[${quote(key)}]=${word(item)}`).join(' ')})`;
      }
      if (Array.isArray(value)) return `${name}=(${(value as readonly string[]).map(word).join(' ')})`;
      return `${name}=${value === '' ? '' : word(typeof value === 'boolean' ? Number(value) : (value as string))}`;
    })
    .join('\n');
}

function word(value: string | number): string {
  return quote(String(value));
}

/**
 * Renders a bash function that prints a text, to the byte: a script within a script, or a file.
 *
 * @param text Ends with a line's end, as every file does.
 */
export function printFunction(name: string, text: string): string {
  if (!text.endsWith('\n')) throw new Error(`the text of ${name} has no end of line at its end`);
  const lines = new Set(text.split('\n'));
  let end = `END_OF_${name.toUpperCase()}`;
  while (lines.has(end)) end += '_';
  return `${name}() {\n  cat <<'${end}'\n${text}${end}\n}`;
}

/**
 * Renders a bash script: its parameters, then the text of `.sh` files, one after another. A file says in its first
 * lines which variables it expects.
 *
 * @param files Paths below `src`: functions first, what calls them last.
 */
export function shellScript(variables: ShellVariables, ...files: readonly string[]): string {
  return [assignments(variables), ...files.map(shellText)].filter((part) => part !== '').join('\n\n');
}

/**
 * Renders a program that lies on a host: {@link shellScript} with the line that names bash before it.
 *
 * @param about Lines of comment for who finds it there.
 */
export function shellProgram(
  about: readonly string[],
  variables: ShellVariables,
  ...files: readonly string[]
): string {
  const head = ['Rendered by unde; changes made here are drift.', ...about].map((line) => `# ${line}`);
  return `${['#!/bin/bash', ...head, shellScript(variables, ...files)].join('\n')}\n`;
}
