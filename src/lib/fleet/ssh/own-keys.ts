import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import ssh2 from 'ssh2';
import { USUAL_KEYS } from './usual-keys.ts';

/** Where keys are looked for; a test gives its own. */
export interface KeySurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
}

/**
 * The public halves of the keys that a login would be tried with, as `TYPE KEY`, by the order that connections follow:
 * the inventory's identity file, the agent, the usual files.
 */
export async function ownPublicKeys(
  identityFile: string | undefined,
  { env, home }: KeySurroundings = { env: process.env, home: os.homedir() },
): Promise<string[]> {
  if (identityFile !== undefined) {
    const key = await publicKeyOf(identityFile.replace(/^~(?=\/)/, home));
    return key === undefined ? [] : [key];
  }
  if (env['SSH_AUTH_SOCK']) return agentKeys(env);
  for (const name of USUAL_KEYS) {
    const key = await publicKeyOf(path.join(home, '.ssh', name));
    if (key !== undefined) return [key];
  }
  return [];
}

async function agentKeys(env: NodeJS.ProcessEnv): Promise<string[]> {
  const { stdout } = await execa('ssh-add', ['-L'], { reject: false, env, extendEnv: false, timeout: 5000 });
  return stdout.split('\n').flatMap((line) => withoutComment(line) ?? []);
}

/** From the private key; from the `.pub` beside it where that is protected by a passphrase. */
async function publicKeyOf(file: string): Promise<string | undefined> {
  const text = await readFile(file).catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = ssh2.utils.parseKey(text);
  if (!(parsed instanceof Error)) return `${parsed.type} ${parsed.getPublicSSH().toString('base64')}`;
  return withoutComment(await readFile(`${file}.pub`, 'utf8').catch(() => ''));
}

/** `TYPE KEY` of a line as in authorized_keys; `undefined` where there is none. */
export function withoutComment(line: string): string | undefined {
  // Every key begins with the length of its type's name, which is AAAA in base64.
  return /^((?:ssh|ecdsa|sk)-\S+ AAAA[A-Za-z0-9+/]+=*)(?:\s|$)/.exec(line.trim())?.[1];
}
