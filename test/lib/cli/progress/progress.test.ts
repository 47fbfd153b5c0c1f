import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';

const DRAWN = path.join(import.meta.dirname, 'drawn-deploy.ts');

function run(command: string, env: NodeJS.ProcessEnv = {}) {
  const { CI: _, ...rest } = process.env;
  const result = spawnSync('bash', ['-c', command], {
    encoding: 'utf8',
    env: { ...rest, TERM: 'xterm', NO_COLOR: '1', ...env },
  });
  return { stdout: result.stdout, stderr: result.stderr, status: result.status };
}

const node = `${process.execPath} ${DRAWN}`;
/** The same at a terminal of 100 columns. */
const atTerminal = (columns: number) => `script -qec 'stty cols ${columns} rows 30; ${node}' /dev/null`;

describe('the progress of a deploy', () => {
  it('is a tree at a terminal: redrawn, how each ended last, and nothing lost that was written meanwhile', () => {
    const { stdout, status } = run(atTerminal(100));
    expect(status).toBe(0);
    // Lines are gone over again.
    expect(stdout).toContain('\u001B[2K');
    const text = stripVTControlCharacters(stdout).replaceAll('\r', '');
    expect(text).toMatch(/✔ base {2}confirmed on 2 host\(s\)/);
    expect(text).toMatch(/✖ hello {2}not started: base failed/);
    expect(text).toContain('interrupted: a word from elsewhere');
    expect(text.trimEnd().endsWith('the report')).toBe(true);
    // The cursor is shown again.
    expect(stdout.lastIndexOf('\u001B[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001B[?25l'));
  });

  it.each([
    ['a pipe', node, {}],
    ['a dumb terminal', atTerminal(100), { TERM: 'dumb' }],
    ['CI', atTerminal(100), { CI: 'true' }],
    ['a terminal without room', atTerminal(20), {}],
  ])('is plain lines for %s', (_, command, env) => {
    const { stdout, stderr } = run(command, env);
    const text = stdout + stderr;
    expect(text).not.toContain('\u001B[2K');
    expect(text).toMatch(/ s {2}base {4}scraper: prepared/);
    expect(text).toMatch(/ s {2}hello {2}not started: base failed/);
  });

  it('is nothing where the answer is JSON', () => {
    const { stdout, stderr } = run(`${node} --quiet`);
    expect(stdout).toBe('the report\n');
    expect(stderr).toBe('interrupted: a word from elsewhere\n');
  });
});
