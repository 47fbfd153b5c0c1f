import { createHash } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { Client } from 'ssh2';
import { UndeError } from '../../common/error/unde-error.ts';
import { openSocket, unreachable } from './connect.ts';
import { knownHostsName } from './known-hosts.ts';
import type { SshTarget } from './target.ts';

/** A host key as a server shows it. */
export interface HostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`. */
  readonly type: string;
  /** The key itself in base64, as it stands in known_hosts. */
  readonly key: string;
}

/** What to ask a server for, the strongest first; one RSA key signs with either hash. */
const KINDS = [['ssh-ed25519'], ['ecdsa-sha2-nistp256'], ['rsa-sha2-512', 'rsa-sha2-256']] as const;

/** A key's fingerprint as OpenSSH prints it: `SHA256:…`. */
export function fingerprint({ key }: Pick<HostKey, 'key'>): string {
  const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

/**
 * The keys that a host's sshd shows, the strongest kind first. Nobody logs in, and nothing is trusted: what is shown
 * is for comparing. sshd bears a grudge against those who come and leave without a login, so no more is asked than
 * needed.
 *
 * @param enough Whether this key is what was looked for; the kinds behind it are not asked for then.
 * @throws UndeError UNREACHABLE, NO_HOST_KEY
 */
export async function shownHostKeys(
  target: SshTarget,
  enough: (key: HostKey) => boolean,
): Promise<HostKey[]> {
  const keys: HostKey[] = [];
  for (const kind of KINDS) {
    const key = await shownHostKey(target, kind);
    if (key !== undefined) keys.push(key);
    if (key !== undefined && enough(key)) break;
  }
  if (keys.length > 0) return keys;
  throw new UndeError({
    code: 'NO_HOST_KEY',
    message: `${target.host} shows no host key of a kind that is known here: ${KINDS.flat().join(', ')}`,
    exit: 'unreachable',
    where: { host: target.host },
    hint: `try: ssh-keyscan ${target.address}`,
  });
}

/** One kind of key; `undefined` where the server has none of it. */
async function shownHostKey(target: SshTarget, kind: readonly string[]): Promise<HostKey | undefined> {
  const { socket, jump } = await openSocket(target);
  const client = new Client();
  try {
    return await new Promise<HostKey | undefined>((resolve, reject) => {
      let shown: HostKey | undefined;
      client.once('close', () => resolve(shown));
      client.on('error', (error: Error) => {
        if (shown !== undefined || /no matching host key/i.test(error.message)) resolve(shown);
        else reject(unreachable(target, error));
      });
      client.connect({
        sock: socket,
        username: target.user,
        readyTimeout: target.timeoutMs,
        algorithms: { serverHostKey: [...kind] as never },
        hostVerifier: (key: Buffer) => {
          shown = { type: typeOf(key), key: key.toString('base64') };
          // Enough was seen: what follows would be a login.
          return false;
        },
      });
    });
  } finally {
    client.destroy();
    jump?.close();
  }
}

/** A key begins with the length of its type's name, and the name. */
function typeOf(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

/** Pins a host key for an address in a known_hosts file, which is made where there is none. */
export async function pinHostKey(
  { knownHostsFile, address, port }: Pick<SshTarget, 'knownHostsFile' | 'address' | 'port'>,
  { type, key }: HostKey,
): Promise<void> {
  const before = await readFile(knownHostsFile, 'utf8').catch(() => '');
  const gap = before === '' || before.endsWith('\n') ? '' : '\n';
  await appendFile(knownHostsFile, `${gap}${knownHostsName(address, port)} ${type} ${key}\n`, {
    mode: 0o644,
  });
}
