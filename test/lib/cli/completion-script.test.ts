import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionScript } from '../../../src/lib/cli/completion-script.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const built = existsSync(path.join(root, 'dist/complete.js'));
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'unde-completion-'));
  // Stands in for the CLI where it is not built: says what it was asked, and answers a fixed list.
  const stub = `#!/bin/bash
printf '%s\\n' "$@" >"${directory}/asked"
printf '%s\\t%s\\n' all,!@local '' all,!@helsinki ''
`;
  writeFileSync(path.join(directory, 'unde'), stub);
  chmodSync(path.join(directory, 'unde'), 0o755);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** What bash would offer at the end of a line, by its own way of calling a completion function. */
function inBash(line: string, program: string): string[] {
  const script = `${completionScript('bash')}
COMP_LINE=$1; COMP_POINT=\${#COMP_LINE}; read -ra COMP_WORDS <<<"$COMP_LINE"; COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
complete -p unde | grep -q -- '-F _unde' || exit 3
_unde "$2" "\${COMP_WORDS[COMP_CWORD]}" ""
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--norc', '-c', script, 'bash', line, program], { encoding: 'utf8' })
    .split('\n')
    .filter((each) => each !== '');
}

describe('completion in bash', () => {
  it('asks with the words as they were typed, and offers what readline has to add', () => {
    expect(inBash('unde deploy all,!@l', path.join(directory, 'unde'))).toEqual(['local', 'helsinki']);
    expect(execFileSync('cat', [path.join(directory, 'asked')], { encoding: 'utf8' })).toBe(
      '__complete\ndeploy\nall,!@l\n',
    );
    inBash('unde deploy ', path.join(directory, 'unde'));
    expect(execFileSync('cat', [path.join(directory, 'asked')], { encoding: 'utf8' })).toBe(
      '__complete\ndeploy\n\n',
    );
  });

  it.skipIf(!built)('completes commands, flags and names of the inventory', () => {
    const unde = path.join(root, 'bin/unde');
    expect(inBash('unde inv', unde)).toEqual(['inventory']);
    expect(inBash('unde inventory ', unde)).toEqual(['check', 'graph', 'list', 'show']);
    expect(inBash('unde deploy local-or', unde)).toEqual(['local-orchestrator']);
    expect(inBash('unde deploy @', unde)).toEqual(['helsinki', 'local']);
    expect(inBash('unde status --onc', unde)).toEqual(['--once']);
    expect(inBash('unde status --context prod', unde)).toEqual(['production']);
  });
});

describe.skipIf(!existsSync('/usr/bin/zsh'))('completion in zsh', () => {
  it('is a script that zsh takes', () => {
    const script = path.join(directory, '_unde');
    writeFileSync(script, completionScript('zsh'));
    execFileSync('/usr/bin/zsh', [
      '-f',
      '-c',
      `autoload -Uz compinit; compinit -u -D; source ${script}; (( $+functions[_unde] ))`,
    ]);
  });
});
