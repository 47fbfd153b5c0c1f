import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import type { Fleet } from '../../../../src/lib/fleet/fleet.ts';
import type { Host } from '../../../../src/lib/inventory/inventory.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY = privateKey.export({ type: 'pkcs1', format: 'pem' });

/** What a server does with a command. */
export type OnCommand = (channel: ServerChannel, command: string) => void;

/** Ends a command as sshd does. */
export function finish(channel: ServerChannel, code = 0): void {
  channel.exit(code);
  channel.end();
}

/** An SSH server on loopback, in the test's own process; all hosts of its fleet lead to it. */
export class SshHost {
  /** Connections that were made in all. */
  connections = 0;
  /** Channels that it forwards now. */
  forwarded = 0;
  /** What it says to whoever wants a port forwarded that it forbids; RFC 4254, 5.1. */
  refusal: number | undefined;
  readonly #server: ssh2.Server;
  readonly #folder = mkdtempSync(path.join(os.tmpdir(), 'unde-ssh-host-'));
  readonly #sockets = new Set<Connection>();

  constructor(onCommand: OnCommand = (channel) => finish(channel)) {
    this.#server = new ssh2.Server({ hostKeys: [KEY] }, (client) => {
      this.connections++;
      this.#sockets.add(client);
      client.on('error', () => undefined);
      client.on('authentication', (context) => context.accept());
      client.on('session', (accept) => {
        accept().on('exec', (acceptCommand, _reject, { command }) => onCommand(acceptCommand(), command));
      });
      client.on('tcpip', (accept, reject, { destIP, destPort }) => {
        if (this.refusal !== undefined) {
          refuseWith(client, this.refusal);
          reject();
          return;
        }
        const socket = net.connect(destPort, destIP);
        // sshd answers once it knows.
        let connected = false;
        socket.on('error', () => connected || reject());
        socket.once('connect', () => {
          connected = true;
          const channel = accept();
          this.forwarded++;
          channel.once('close', () => {
            this.forwarded--;
            socket.destroy();
          });
          channel.on('error', () => undefined);
          // A channel that nobody reads never tells that it was closed.
          socket.once('close', () => channel.resume().end());
          channel.pipe(socket).pipe(channel);
        });
      });
    });
  }

  /** Starts it; the names are the hosts of its fleet. */
  async fleet(names: readonly string[]): Promise<Fleet> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    const key = ssh2.utils.parseKey(KEY);
    if (key instanceof Error) throw key;
    const [identityFile, knownHostsFile] = ['key', 'known_hosts'].map((name) =>
      path.join(this.#folder, name),
    );
    writeFileSync(identityFile ?? '', KEY);
    writeFileSync(
      knownHostsFile ?? '',
      [port, 1]
        .map((each) => `[127.0.0.1]:${each} ssh-rsa ${key.getPublicSSH().toString('base64')}\n`)
        .join(''),
    );
    const context = { name: 'lab', lab: 'unit', from: '--context' } as const;
    const hosts = names.map((name) => ({ name, services: ['hello'] }) as unknown as Host);
    return {
      context,
      inventory: {} as Fleet['inventory'],
      hosts,
      target: ({ name }) => ({
        context,
        host: name,
        address: '127.0.0.1',
        // Nothing listens on the first one.
        port: name === 'gone' ? 1 : port,
        user: 'root',
        identityFile,
        knownHostsFile: knownHostsFile ?? '',
        jump: undefined,
        timeoutMs: 10_000,
      }),
    };
  }

  close(): void {
    for (const socket of this.#sockets) socket.end();
    this.#server.close();
    rmSync(this.#folder, { recursive: true });
  }
}

/** ssh2's server has one reason for every refusal; sshd has several. */
function refuseWith(client: Connection, reason: number): void {
  const { _protocol: protocol } = client as unknown as {
    _protocol: { channelOpenFail: (channel: number, reason: number, text: string) => void };
  };
  const fail = protocol.channelOpenFail.bind(protocol);
  protocol.channelOpenFail = (channel) => fail(channel, reason, 'open failed');
}
