import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askService, followService } from '../../../../src/lib/fleet/ask/ask-service.ts';
import { withHost } from '../../../../src/lib/fleet/ask/with-host.ts';
import { withService } from '../../../../src/lib/fleet/ask/with-service.ts';
import type { Fleet } from '../../../../src/lib/fleet/fleet.ts';
import type { Connection } from '../../../../src/lib/fleet/ssh/connection.ts';
import type { Host } from '../../../../src/lib/inventory/inventory.ts';
import type { Catalog } from '../../../../src/lib/manifest/catalog.ts';
import { SshHost } from './ssh-host.ts';

let host: SshHost;
let fleet: Fleet;
let connection: Connection;
let service: http.Server;
let port: number;
let handle: (request: http.IncomingMessage, response: http.ServerResponse) => void | Promise<void>;

beforeEach(async () => {
  host = new SshHost();
  fleet = await host.fleet(['app']);
  connection = await withHost(fleet, fleet.hosts[0] as Host, async (open) => open, { keepOpen: true });
  service = http.createServer((request, response) => void handle(request, response));
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  ({ port } = service.address() as AddressInfo);
});

afterEach(() => {
  connection.close();
  host.close();
  service.closeAllConnections();
  service.close();
});

const get = (path = '/') => ({ method: 'GET', path, port, timeoutMs: 10_000 }) as const;
const channelsClosed = () => expect.poll(() => host.forwarded).toBe(0);

describe('askService', () => {
  it('brings a status and a body, whatever its length, and leaves no channel open', async () => {
    const long = 'ä'.repeat(1_000_000);
    handle = ({ method, url, headers }, response) => {
      response.writeHead(418);
      response.write(`${method} ${url} ${headers.host} `);
      response.end(long);
    };
    const answer = await askService(connection, get('/status?all=1'));
    expect(answer.status).toBe(418);
    expect(answer.body === `GET /status?all=1 localhost ${long}`).toBe(true);
    await channelsClosed();
  });

  it('sends JSON', async () => {
    handle = async (request, response) => {
      response.end(`${request.headers['content-type']} ${(await buffer(request)).toString()}`);
    };
    const answer = await askService(connection, { ...get(), method: 'POST', body: { brand: 'zära' } });
    expect(answer.body).toBe('application/json {"brand":"zära"}');
    const empty = await askService(connection, { ...get(), method: 'POST' });
    expect(empty.body).toBe('undefined ');
  });

  it('sends a form', async () => {
    const photo = Buffer.alloc(3_000_000, 'a photo\r\n--');
    handle = async (request, response) => {
      const headers = { 'content-type': request.headers['content-type'] ?? '' };
      const form = await new Response(new Uint8Array(await buffer(request)), { headers }).formData();
      const image = Buffer.from(await (form.get('image') as File).arrayBuffer());
      response.end(`${form.get('id') as string} ${image.equals(photo)}`);
    };
    const form = new FormData();
    form.set('id', '7');
    form.set('image', new Blob([photo]));
    const answer = await askService(connection, { ...get(), method: 'POST', body: form });
    expect(answer.body).toBe('7 true');
  });

  it('brings the answer of a service that refuses a body unread', async () => {
    handle = (_request, response) => void response.writeHead(413).end('too large');
    const form = new FormData();
    form.set('image', new Blob([Buffer.alloc(2_000_000)]));
    expect(await askService(connection, { ...get(), method: 'POST', body: form })).toEqual({
      status: 413,
      body: 'too large',
    });
  });

  it('says that nothing listens', async () => {
    service.close();
    await once(service, 'close');
    await expect(askService(connection, get())).rejects.toMatchObject({
      code: 'SERVICE_UNREACHABLE',
      exit: 'unreachable',
      message: expect.stringContaining(`nothing answers on port ${port} of app`) as string,
      hint: 'unde status host:app --once',
    });
  });

  it('says that sshd does not forward, and which setting it is', async () => {
    host.refusal = 1;
    await expect(askService(connection, get())).rejects.toMatchObject({
      code: 'FORWARDING_REFUSED',
      exit: 'refused',
      message: expect.stringContaining('AllowTcpForwarding') as string,
      hint: 'unde deploy base+host:app sets it',
    });
  });

  it.each(['before its head', 'in its body'])('does not wait for ever: %s', async (where) => {
    handle = (_request, response) => {
      if (where === 'in its body') response.write('half');
    };
    await expect(askService(connection, { ...get(), timeoutMs: 300 })).rejects.toMatchObject({
      code: 'SERVICE_SILENT',
      exit: 'unreachable',
      message: `port ${port} of app did not answer within 0.3 s`,
    });
    await channelsClosed();
  });

  it.each(['before its head', 'in its body'])('tells of an answer that breaks off: %s', async (where) => {
    handle = (request, response) => {
      if (where === 'in its body') response.write('half', () => request.socket.destroy());
      else request.socket.destroy();
    };
    await expect(askService(connection, get())).rejects.toMatchObject({
      code: 'SERVICE_UNREACHABLE',
      message: expect.stringContaining(`port ${port} of app broke off its answer`) as string,
    });
  });

  it('is broken off by the operator', async () => {
    const abort = new AbortController();
    handle = () => abort.abort();
    await expect(askService(connection, { ...get(), signal: abort.signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
      exit: 'interrupted',
    });
    await channelsClosed();
  });
});

describe('followService', () => {
  it('brings events as they come, cut anywhere, until the stream ends', async () => {
    const stream = Buffer.from(': open\n\ndata: {"é":1}\n\ndata: a\ndata: b\n\ndata: half');
    const events: string[] = [];
    handle = async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const byte of stream) {
        response.write(Buffer.from([byte]));
        await new Promise(setImmediate);
      }
      // The first one is read before the last one is written.
      while (events.length === 0) await new Promise(setImmediate);
      response.end();
    };
    const answer = await followService(connection, get(), (data) => events.push(data));
    expect(events).toEqual(['{"é":1}', 'a\nb']);
    expect(answer).toEqual({ status: 200, body: '' });
    await channelsClosed();
  });

  it('brings an answer that is no stream', async () => {
    handle = (_request, response) => void response.writeHead(404).end('no such request');
    const answer = await followService(connection, get(), () => expect.fail('there is no event'));
    expect(answer).toEqual({ status: 404, body: 'no such request' });
  });
});

describe('withService', () => {
  const catalog = { manifest: async () => ({ port }) } as unknown as Catalog;

  it('finds the service’s host and port', async () => {
    handle = (_request, response) => void response.end('well');
    const { body } = await withService(fleet, catalog, 'hello', (hello) => hello.ask(get()));
    expect(body).toBe('well');
  });

  it('says where there is none', async () => {
    await expect(withService(fleet, catalog, 'lantern', async () => undefined)).rejects.toMatchObject({
      code: 'NOT_IN_FLEET',
      hint: 'unde lab up lantern',
    });
  });
});
