import { spawnSync } from 'node:child_process';

/** Runs a script in a real bash; answers its output and exit code. */
export function bash(script: string, shell = 'bash', env: NodeJS.ProcessEnv = process.env) {
  const { status, stdout, stderr } = spawnSync(shell, ['-c', script], { encoding: 'utf8', env });
  return { code: status, stdout, stderr };
}

/** What bash's parser says against a script; empty where it is sound. */
export function syntaxErrors(script: string): string {
  return spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' }).stderr;
}

/** Names that break out of whatever is not quoted. */
export const HOSTILE = `a'b"c $(touch /nowhere/pwned) \`id\` \\ !x; exit 9 #`;
