import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';

const DRAWN = path.join(import.meta.dirname, 'drawn-command.ts');

function run(command: string) {
  const { CI: _, ...rest } = process.env;
  const { stdout, stderr } = spawnSync('bash', ['-c', command], {
    encoding: 'utf8',
    env: { ...rest, TERM: 'xterm', NO_COLOR: '1' },
  });
  return { stdout, text: stripVTControlCharacters(stdout + stderr).replaceAll('\r', '') };
}

/** What each command shows as a tree, and in lines: those that were there before there was a tree. */
const SHOWN = {
  stages: {
    tree: [/✔ images {2}1\.3 s/, /✔ boot {2}2\.0 s/, /✔ login {2}nothing to do/],
    lines: ['… images   making the base image', '✔ images   1.3 s', '✔ boot     2.0 s'],
  },
  turns: {
    tree: [/✔ etcd-1 {2}is back after 9 s/, /✖ etcd-2 {2}is not well/, /✖ etcd-3 {2}was not touched/],
    lines: ['0.0 s  etcd-1  restarts'],
  },
  migrations: {
    tree: [/✔ 001-a {2}applied in 0\.5 s/, /✔ 002-b {2}was applied by somebody else meanwhile/],
    lines: [
      'waiting for "kim", who migrates since 10:00',
      '… 001-a',
      '001-a waits for a lock:',
      '✔ 001-a 0.5 s',
    ],
  },
  rotation: {
    tree: [
      /✔ accept {2}both values are accepted by/,
      /✔ move {2}the new value is used by/,
      /✔ drop {2}nothing to do/,
      /✔ tunnels {2}both ends of wg-1 change together/,
    ],
    lines: ['0.0 s  both values are accepted by', '0.0 s    ✔ app on h-1: runs'],
  },
  run: { tree: [/✔ all {2}█{30} 100 % {2}10\/10 photos {2}done/], lines: [] },
} as const;

describe.each(Object.entries(SHOWN))('the progress of %s', (name, { tree, lines }) => {
  const command = `${process.execPath} ${DRAWN} ${name}`;

  it('is a tree at a terminal', () => {
    const { stdout, text } = run(`script -qec 'stty cols 100 rows 30; ${command}' /dev/null`);
    expect(stdout).toContain('\u001B[2K');
    for (const each of tree) expect(text).toMatch(each);
    expect(text.trimEnd().endsWith('the report')).toBe(true);
  });

  it('is plain lines for a pipe, and nothing where the answer is JSON', () => {
    const { stdout, text } = run(command);
    expect(stdout).not.toContain('\u001B');
    for (const each of lines) expect(text).toContain(each);
    expect(run(`${command} --quiet`).text).toBe('the report\n');
  });
});
