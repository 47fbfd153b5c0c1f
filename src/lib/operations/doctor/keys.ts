import { readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import ssh2 from 'ssh2';
import { USUAL_KEYS } from '../../fleet/ssh/usual-keys.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** Where keys are looked for; a test gives its own. */
export interface KeySurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
}

const NAME = 'ssh key';

/**
 * Which key a login would be tried with, by the order that connections follow: the inventory's identity file, the
 * agent, the usual files.
 *
 * @param identityFiles What the inventory names for the hosts; empty where it leaves it to the agent.
 */
export async function checkKeys(
  identityFiles: readonly string[],
  surroundings: KeySurroundings = { env: process.env, home: os.homedir() },
): Promise<Check[]> {
  if (identityFiles.length > 0) {
    return Promise.all(
      identityFiles.map((file) =>
        checkKeyFile(file.replace(/^~(?=\/)/, surroundings.home), 'check ssh.identity_file in the inventory'),
      ),
    );
  }
  if (surroundings.env['SSH_AUTH_SOCK']) return [await checkAgent(surroundings.env)];
  for (const name of USUAL_KEYS) {
    const file = path.join(surroundings.home, '.ssh', name);
    if (await isThere(file)) return [await checkKeyFile(file, 'start an ssh-agent and ssh-add another key')];
  }
  return [
    fail(
      NAME,
      `no agent runs, and ~/.ssh holds none of ${USUAL_KEYS.join(', ')}`,
      'ssh-keygen -t ed25519, or eval "$(ssh-agent)" && ssh-add, or set ssh.identity_file in the inventory',
    ),
  ];
}

async function checkAgent(env: NodeJS.ProcessEnv): Promise<Check> {
  const { exitCode, stdout } = await execa('ssh-add', ['-l'], {
    reject: false,
    env,
    extendEnv: false,
    timeout: 5000,
  });
  const keys = stdout.split('\n').filter((line) => line !== '');
  if (exitCode === 0)
    return ok(NAME, `the agent holds ${keys.map((line) => line.split(' ').slice(1).join(' ')).join('; ')}`);
  return exitCode === 1
    ? fail(NAME, 'the agent answers, and holds no key', 'ssh-add ~/.ssh/id_ed25519')
    : fail(
        NAME,
        `SSH_AUTH_SOCK names ${env['SSH_AUTH_SOCK']}, and no agent answers there`,
        'eval "$(ssh-agent)" && ssh-add, or unset SSH_AUTH_SOCK',
      );
}

async function checkKeyFile(file: string, hint: string): Promise<Check> {
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) {
      return fail(
        NAME,
        `${file} can be read by others (mode ${(mode & 0o777).toString(8)})`,
        `chmod 600 ${file}`,
      );
    }
    const key = ssh2.utils.parseKey(await readFile(file));
    if (key instanceof Error) {
      return /passphrase|encrypted/i.test(key.message)
        ? fail(
            NAME,
            `${file} has a passphrase, which only an agent can give`,
            `eval "$(ssh-agent)" && ssh-add ${file}`,
          )
        : fail(NAME, `${file} is no private key: ${key.message}`, hint);
    }
    const [first] = [key].flat();
    return first?.type === 'ssh-dss'
      ? warn(NAME, `${file} is a DSA key, which servers refuse`, 'ssh-keygen -t ed25519')
      : ok(NAME, `${file} (${first?.type ?? 'unknown'})`);
  } catch (error) {
    return fail(NAME, `${file} cannot be read: ${(error as Error).message}`, hint);
  }
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
