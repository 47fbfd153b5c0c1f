import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesWithOwnProcess } from './own-process.ts';

/** Test files of a package, each with its text; those of them that get a process of their own. */
function found(files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(path.join(os.tmpdir(), 'unde-own-process-'));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(root, 'test', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return filesWithOwnProcess(root);
}

// Put together, or this file would be one of them.
const word = (...parts: string[]) => parts.join('');

describe('a process of their own', () => {
  it.each([
    word('vi.', "mock('node:fs')"),
    word('vi.', "stubEnv('TZ', 'UTC')"),
    word('vi.', 'useFakeTimers()'),
    word('process.', "chdir('/')"),
    word('process.', "env['TZ'] = 'UTC'"),
    word('process.', "env.TZ ??= 'UTC'"),
    word('delete ', "process.env['TZ']"),
  ])('have files with %s', (text) => {
    expect(found({ 'a.test.ts': text })).toEqual(['test/a.test.ts']);
  });

  it.each([
    word('const zone = process.', "env['TZ'];"),
    word('if (process.', "env['TZ'] === 'UTC') return;"),
    "vi.fn(); vi.spyOn(console, 'log');",
  ])('have none with no more than %s', (text) => {
    expect(found({ 'a.test.ts': text })).toEqual([]);
  });

  it('have files that change it by what they import, however far away, and none of the lab', () => {
    const change = word('process.', "chdir('/')");
    expect(
      found({
        'lib/a.test.ts': "import { b } from './b.ts';",
        'lib/b.ts': "import { c } from '../c.ts';\nimport { d } from '../../src/d.ts';",
        'c.ts': `import { b } from './lib/b.ts';\n${change}`,
        'lib/other.test.ts': "import { e } from './e.ts';",
        'lib/e.ts': '',
        'lab/f.test.ts': change,
      }),
    ).toEqual(['test/lib/a.test.ts']);
  });
});
