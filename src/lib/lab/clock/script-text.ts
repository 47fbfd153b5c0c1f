import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The text of a script beside this file, from the sources as well as from dist/, without its first comment. */
export function scriptText(name: string): string {
  let root = import.meta.dirname;
  while (!existsSync(path.join(root, 'package.json'))) root = path.dirname(root);
  return readFileSync(path.join(root, 'src/lib/lab/clock', name), 'utf8').replace(/^(#.*\n)+\n*/, '');
}
