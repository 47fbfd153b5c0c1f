import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What changes something that all test files of one process would share: modules, environment, folder, clock. */
const CHANGES_ITS_PROCESS =
  /\bvi\.(?:mock|doMock|stubEnv|stubGlobal|useFakeTimers|setSystemTime|resetModules)\(|process\.(?:chdir|umask)\(|process\.env(?:\.\w+|\[[^\]]+\]) \??\??=(?!=)|delete process\.env/;
/** At the beginning of a line, as Prettier leaves them: some tests have imports in their texts. */
const RELATIVE_IMPORT = /^(?:import|export|\}).* from '(\.[^']+\.ts)';$/gm;

/**
 * The unit test files that change their process, themselves or by a file of test/ that they import. They get one of
 * their own, which takes longer to start than most of them run; all others share a few.
 *
 * @param root The folder of the package.
 * @returns Paths relative to it.
 */
export function filesWithOwnProcess(root: string): string[] {
  const texts = new Map<string, string>();
  const textOf = (file: string): string => {
    const text = texts.get(file) ?? readFileSync(path.join(root, file), 'utf8');
    texts.set(file, text);
    return text;
  };
  const changes = (test: string): boolean => {
    const reached = new Set([test]);
    // A set hands out what is added to it while one goes through it.
    for (const file of reached) {
      const text = textOf(file);
      if (CHANGES_ITS_PROCESS.test(text)) return true;
      for (const [, target = ''] of text.matchAll(RELATIVE_IMPORT)) {
        const imported = path.join(path.dirname(file), target);
        if (imported.startsWith('test/') && existsSync(path.join(root, imported))) reached.add(imported);
      }
    }
    return false;
  };
  return globSync('test/**/*.test.ts', { cwd: root, exclude: ['test/lab/**'] })
    .filter(changes)
    .toSorted();
}
