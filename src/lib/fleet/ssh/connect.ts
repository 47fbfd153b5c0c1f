import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { Client, type ConnectConfig } from 'ssh2';
import { UndeError, messageOf } from '../../common/error/unde-error.ts';
import { dial } from '../../common/dial/dial.ts';
import type { Connection } from './connection.ts';
import { hostKeyAlgorithms, knownHostsName, pinnedKeys, type PinnedKey } from './known-hosts.ts';
import { Ssh2Connection } from './ssh2-connection.ts';
import type { SshTarget } from './target.ts';
import { USUAL_KEYS } from './usual-keys.ts';

/**
 * Opens a connection to a host, through its jump host where it has one.
 *
 * @param signal Closes the connection, however far it has come.
 * @throws UndeError HOST_KEY_UNKNOWN, HOST_KEY_CHANGED, AUTH_FAILED, UNREACHABLE
 */
export async function connect(target: SshTarget, signal?: AbortSignal): Promise<Connection> {
  const pins = await pinsOf(target);
  const { socket, jump } = await openSocket(target, signal);
  const client = new Client();
  await authenticate(client, target, socket, pins).catch((error: unknown) => {
    client.destroy();
    jump?.close();
    throw error;
  });
  return new Ssh2Connection(target, client, jump);
}

/** The bare way to a host's sshd, and the jump host's connection that it leads through; whoever takes it closes both. */
export async function openSocket(
  target: SshTarget,
  signal?: AbortSignal,
): Promise<{ readonly socket: Duplex; readonly jump: Ssh2Connection | undefined }> {
  const { jump: by, context, address, port, timeoutMs } = target;
  if (by === undefined) {
    return { socket: await dial(context, address, port, timeoutMs, signal), jump: undefined };
  }
  const jump = (await connect(by, signal)) as Ssh2Connection;
  try {
    return { socket: await jump.forward(target), jump };
  } catch (error) {
    jump.close();
    throw error;
  }
}

async function pinsOf(target: SshTarget): Promise<PinnedKey[]> {
  const text = await readFile(target.knownHostsFile, 'utf8').catch(() => '');
  const pins = pinnedKeys(text, target.address, target.port);
  if (pins.length > 0) return pins;
  const name = knownHostsName(target.address, target.port);
  throw new UndeError({
    code: 'HOST_KEY_UNKNOWN',
    message: `no host key of ${target.host} (${name}) is pinned, so nothing proves that it is the right machine`,
    exit: 'refused',
    where: { host: target.host, file: target.knownHostsFile },
    hint: `unde host bootstrap ${target.host} shows the key and pins it, once you have compared it with the host's console`,
  });
}

async function authenticate(
  client: Client,
  target: SshTarget,
  socket: Duplex,
  pins: readonly PinnedKey[],
): Promise<void> {
  let shown: string | undefined;
  const config: ConnectConfig = {
    sock: socket,
    username: target.user,
    readyTimeout: target.timeoutMs,
    // A link that drops packets is noticed after 25 seconds, not after the kernel's two hours.
    keepaliveInterval: 5_000,
    keepaliveCountMax: 4,
    algorithms: {
      serverHostKey: hostKeyAlgorithms(pins) as never,
      // AES-GCM runs on the processor's own instructions; chacha20 would run in WebAssembly.
      cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes256-ctr'],
    },
    hostVerifier: (key: Buffer) => {
      shown = key.toString('base64');
      return pins.some((pin) => pin.key === shown);
    },
    ...(await credentials(target)),
  };
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    // Some servers ask for the password in words of their own.
    client.on('keyboard-interactive', (_name, _instructions, _language, _prompts, finish) =>
      finish([target.password ?? '']),
    );
    client.once('error', (error: Error & { level?: string }) =>
      reject(connectError(target, error, shown, pins)),
    );
    client.once('close', () =>
      reject(unreachable(target, new Error('the connection was closed before the login'))),
    );
    client.connect(config);
  });
  client.removeAllListeners('error');
}

// The one way to log in that there is, at once: asking first what a host accepts takes a round trip.
const ONLY_KEY: Partial<ConnectConfig> = { authHandler: ['publickey'] };
const ONLY_AGENT: Partial<ConnectConfig> = { authHandler: ['agent'] };

async function credentials(target: SshTarget): Promise<Partial<ConnectConfig>> {
  if (target.password !== undefined) return { password: target.password, tryKeyboard: true };
  if (target.identityFile !== undefined) {
    const file = target.identityFile.replace(/^~(?=\/)/, os.homedir());
    return {
      privateKey: await readFile(file).catch((error: unknown) => {
        throw new UndeError({
          code: 'NO_IDENTITY',
          message: `the private key for ${target.host} cannot be read: ${messageOf(error)}`,
          exit: 'config',
          where: { host: target.host, file },
          hint: 'check ssh.identity_file in the inventory',
        });
      }),
      ...ONLY_KEY,
    };
  }
  const agent = process.env['SSH_AUTH_SOCK'];
  if (agent) return { agent, ...ONLY_AGENT };
  for (const name of USUAL_KEYS) {
    const key = await readFile(path.join(os.homedir(), '.ssh', name)).catch(() => undefined);
    if (key !== undefined) return { privateKey: key, ...ONLY_KEY };
  }
  throw new UndeError({
    code: 'NO_IDENTITY',
    message: `nothing to log in to ${target.host} with: no agent runs, and ~/.ssh holds none of ${USUAL_KEYS.join(', ')}`,
    exit: 'refused',
    where: { host: target.host },
    hint: 'start ssh-agent and ssh-add a key, or set ssh.identity_file in the inventory',
  });
}

function connectError(
  target: SshTarget,
  error: Error & { level?: string },
  shown: string | undefined,
  pins: readonly PinnedKey[],
): UndeError {
  const changed = shown !== undefined && !pins.some((pin) => pin.key === shown);
  if (changed || /no matching host key/i.test(error.message)) {
    const name = knownHostsName(target.address, target.port);
    return new UndeError({
      code: 'HOST_KEY_CHANGED',
      message: `${target.host} (${name}) shows a host key that is not the pinned one: it was reinstalled, or something stands between`,
      exit: 'refused',
      where: { host: target.host, file: `${target.knownHostsFile}:${pins[0]?.line ?? 1}` },
      hint: `compare the fingerprint on the host's console; only if it was reinstalled: ssh-keygen -f ${target.knownHostsFile} -R '${name}', then pin the new key`,
    });
  }
  if (error.level === 'client-authentication' && target.password !== undefined) {
    return new UndeError({
      code: 'AUTH_FAILED',
      message: `${target.host} does not accept the password for ${target.user}`,
      exit: 'unreachable',
      where: { host: target.host },
      hint: "the provider's panel shows or sets it; --user names another account",
    });
  }
  if (error.level === 'client-authentication') {
    return new UndeError({
      code: 'AUTH_FAILED',
      message: `${target.host} does not accept the key for ${target.user}`,
      exit: 'unreachable',
      where: { host: target.host },
      hint: `try: ssh ${target.user}@${target.address}; the host wants your public key in ~${target.user}/.ssh/authorized_keys`,
    });
  }
  return unreachable(target, error);
}

/** A host that cannot be talked to, for whatever reason of the network. */
export function unreachable(target: Pick<SshTarget, 'host'>, cause: Error): UndeError {
  if (cause instanceof UndeError) return cause;
  return new UndeError({
    code: 'UNREACHABLE',
    message: `${target.host} cannot be reached: ${cause.message}`,
    exit: 'unreachable',
    where: { host: target.host },
    cause,
  });
}
