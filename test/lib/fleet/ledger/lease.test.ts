import { mkdtempSync, rmSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { leaseScript, takeLease } from '../../../../src/lib/fleet/ledger/lease.ts';
import type { Connection, ExecResult, RemoteProcess } from '../../../../src/lib/fleet/ssh/connection.ts';

const run = mkdtempSync(path.join(os.tmpdir(), 'unde-lease-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(run, { recursive: true });
});

/** The real script in a real bash, with a folder of the test's own for /run/unde. */
function holder(owner: string, reason = 'a reason', services = ['hello']) {
  const script = leaseScript(services, owner, reason).replaceAll('/run/unde', run);
  const child = spawn('bash', ['-c', script]);
  children.push(child);
  const line = new Promise<string>((resolve) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  return { child, line, ended };
}

describe('the lease on a host', () => {
  it('belongs to one, who is named to the next, and is free as soon as the holder is gone', async () => {
    const first = holder('anna@desk', 'new\tgreeting\nsecond line');
    expect(await first.line).toBe('locked');
    const second = holder('ben@desk');
    expect(await second.line).toMatch(/^held hello \d+\tanna@desk\tnew greeting second line$/);
    // As when the operator's side is killed: the input ends.
    first.child.stdin.end();
    await first.ended;
    const third = holder('ben@desk');
    expect(await third.line).toBe('locked');
    // As when sshd ends the process.
    third.child.kill('SIGKILL');
    await third.ended;
    expect(await holder('anna@desk').line).toBe('locked');
  });

  it('covers several services, all or none, in one process', async () => {
    const first = holder('anna@desk', '', ['postgres', 'redis']);
    expect(await first.line).toBe('locked');
    const second = holder('ben@desk', '', ['base', 'redis']);
    expect(await second.line).toMatch(/^held redis \d+\tanna@desk/);
    await second.ended;
    // What the refused one had taken before is free again.
    const third = holder('cem@desk', '', ['base']);
    expect(await third.line).toBe('locked');
    first.child.stdin.write('release\n');
    await first.ended;
    expect(await holder('ben@desk', '', ['redis', 'postgres']).line).toBe('locked');
  });
});

describe('takeLease', () => {
  function connection(answer: string): Connection {
    const process: RemoteProcess = {
      write: () => undefined,
      end: () => undefined,
      line: () => Promise.resolve(answer),
      closed: new Promise<ExecResult>(() => undefined),
    };
    return { host: 'scraper', startBash: () => Promise.resolve(process) } as unknown as Connection;
  }

  it('tells who holds it, why and since when', async () => {
    await expect(
      takeLease(connection('held hello 1772366400\tanna@desk\tnew greeting'), ['hello'], 'ben', ''),
    ).rejects.toMatchObject({
      code: 'LOCKED',
      exit: 'locked',
      message: 'anna@desk holds the lock of hello on scraper since 2026-03-01T12:00:00.000Z: new greeting',
    });
  });

  it('is held until its process ends', async () => {
    const lease = await takeLease(connection('locked'), ['hello'], 'ben', '');
    expect(lease.held).toBe(true);
  });
});
