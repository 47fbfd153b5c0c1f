import { Duplex } from 'node:stream';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { asSocket } from '../../../../src/lib/operations/db/ssh-socket.ts';

describe('asSocket', () => {
  it('lets node-postgres begin a session over a stream that is open already', async () => {
    const sent: Buffer[] = [];
    const stream = new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        sent.push(chunk);
        // A server's answer: in with you, process 4711, ready.
        this.push(Buffer.from('R\0\0\0\x08\0\0\0\0K\0\0\0\x0c\0\0\x12\x67\0\0\0\x01Z\0\0\0\x05I', 'binary'));
        done();
      },
    });
    const client = new Client({
      stream: () => asSocket(stream),
      user: 'postgres',
      database: 'unde_ai',
      ssl: false,
    });
    client.on('error', () => undefined);
    await client.connect();
    expect(Buffer.concat(sent).toString()).toContain('database\0unde_ai');
    expect((client as unknown as { processID: number }).processID).toBe(4711);
    stream.destroy();
  });
});
