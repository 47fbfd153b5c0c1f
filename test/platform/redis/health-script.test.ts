import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHealthScript } from '../../../src/platform/redis/health-script.ts';
import { withVariables } from '../../lib/common/shell/variables.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'redis-health-'));
  await writeFile(path.join(folder, 'health.password'), 'open sesame');
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the check against something that answers these bytes; `undefined` where nothing listens. */
async function check(answer: string | undefined, role: 'broker' | 'cache' = 'broker', problems = '') {
  await writeFile(path.join(folder, 'problems'), problems);
  let heard = '';
  const server = createServer((socket) => {
    socket.on('data', (data) => {
      heard += data.toString();
      if (heard.includes('PING')) socket.write(answer ?? '');
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  if (answer === undefined) await new Promise((resolve) => server.close(resolve));
  const script = withVariables(renderHealthScript(role), { port, run: folder, data: folder });
  const result = await new Promise<{ code: number; said: string }>((resolve) => {
    const child = execFile('bash', ['-c', script], (_error, stdout) =>
      resolve({ code: child.exitCode ?? -1, said: stdout.trim() }),
    );
  });
  server.close();
  return { ...result, heard };
}

const info = (text: string) => `+OK\r\n$${text.length}\r\n${text}\r\n+PONG\r\n`;
const WELL = '# Persistence\r\nloading:0\r\naof_enabled:1\r\naof_last_write_status:ok\r\n';

describe('the health check of Redis', () => {
  it('is content with one that answers and writes its log', async () => {
    const { code, said, heard } = await check(info(WELL));
    expect([code, said]).toEqual([0, '']);
    expect(heard).toContain('AUTH health open sesame\r\n');
  });

  it.each<[string, string | undefined, string]>([
    ['nothing', undefined, 'nothing listens on port'],
    ['one that is silent', '', 'no answer within a second'],
    ['one that does not let it in', '-WRONGPASS invalid username-password pair\r\n', 'it says: WRONGPASS'],
    ['one that reads its data', info(WELL.replace('loading:0', 'loading:1')), 'still reading its data'],
    ['a log that fails', info(WELL.replace('status:ok', 'status:err')), 'it cannot write its log'],
    [
      'one that answers a ping by that',
      info(WELL.replace('status:ok', 'status:err')).replace(
        '+PONG',
        '-MISCONF Errors writing to the AOF file',
      ),
      'it cannot write its log and refuses writes',
    ],
    ['a broker without a log', info(WELL.replace('enabled:1', 'enabled:0')), 'it writes no log'],
  ])('is not with %s', async (_, answer, message) => {
    const { code, said } = await check(answer);
    expect(code).toBe(1);
    expect(said).toContain(message);
  });

  it('asks a cache for no log', async () => {
    expect(await check(info('loading:0\r\naof_enabled:0\r\n'), 'cache')).toMatchObject({ code: 0 });
  });

  it('tells of a client that was left out', async () => {
    const { code, said } = await check(info(WELL), 'broker', 'the user worker is left out: …\n');
    expect([code, said]).toEqual([1, 'the user worker is left out: …']);
  });
});
