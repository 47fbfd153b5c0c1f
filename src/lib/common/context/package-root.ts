import { existsSync } from 'node:fs';
import path from 'node:path';
import { UndeError } from '../error/unde-error.ts';

/**
 * The folder of the npm package itself, whether the code runs from src/ or from dist/.
 *
 * @throws UndeError BROKEN_INSTALL
 */
export function packageRoot(): string {
  let directory = import.meta.dirname;
  while (!existsSync(path.join(directory, 'package.json'))) {
    const parent = path.dirname(directory);
    if (parent === directory) {
      throw new UndeError({
        code: 'BROKEN_INSTALL',
        message: 'the package that this command belongs to cannot be found',
        exit: 'internal',
        hint: 'install unde again',
      });
    }
    directory = parent;
  }
  return directory;
}
