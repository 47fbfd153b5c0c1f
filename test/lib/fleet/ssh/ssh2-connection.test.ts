import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import ssh2, { type ServerChannel } from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';
import { Ssh2Connection } from '../../../../src/lib/fleet/ssh/ssh2-connection.ts';

const { Client, Server } = ssh2;
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const HOST_KEY = privateKey.export({ type: 'pkcs1', format: 'pem' });

let end: (() => void) | undefined;
afterEach(() => end?.());

/** A connection to a server that does this with every command. */
async function connection(run: (channel: ServerChannel) => Promise<void>): Promise<Ssh2Connection> {
  const server = new Server({ hostKeys: [HOST_KEY] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => context.accept());
    client.on('session', (accept) => {
      accept().on('exec', (acceptCommand) => void run(acceptCommand()));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new Client();
  const ready = once(client, 'ready');
  client.connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, username: 'tester' });
  await ready;
  end = () => {
    client.end();
    server.close();
  };
  return new Ssh2Connection({ host: 'host', user: 'root' }, client, undefined);
}

describe('Ssh2Connection', () => {
  it.each([undefined, 'text'])(
    'waits for the exit code of a host that is slow to tell it (input: %s)',
    async (stdin) => {
      const open = await connection(async (channel) => {
        channel.resume();
        channel.write('said');
        // What sshd does while the command is being reaped: its output has ended, its code is not known yet.
        channel.eof();
        await delay(100);
        // ssh2's own server tells no code behind the end of the output; sshd does.
        (channel as unknown as { outgoing: { state: string } }).outgoing.state = 'open';
        channel.exit(3);
        channel.close();
      });
      const options = stdin === undefined ? {} : { stdin };
      expect(await open.exec('anything', options)).toMatchObject({ code: 3, stdout: 'said' });
    },
  );

  it('hears the exit code of a command that has ended before anybody listens', async () => {
    // All in one packet, as a busy operator's machine reads it.
    const open = await connection(async (channel) => {
      channel.write('said');
      channel.exit(3);
      channel.end();
    });
    for (let index = 0; index < 5; index++) {
      expect(await open.exec('anything', { timeoutMs: 5000 })).toMatchObject({ code: 3, stdout: 'said' });
    }
  });

  it('says that the connection was lost where no code ever comes', async () => {
    const open = await connection(async (channel) => {
      channel.resume();
      channel.eof();
      channel.close();
    });
    await expect(open.exec('anything')).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });
});
