import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestFleet } from './fleet.ts';

let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('transport', ['helsinki-gw', 'scraper']);
});
afterAll(async () => {
  await fleet?.down();
});

/** Makes the inventory reach the scraper through another host. */
async function through(jump: string): Promise<void> {
  await fleet.edit((_, { scraper }) => {
    if (scraper === undefined) throw new Error('the inventory has no scraper');
    scraper.ssh = { jump };
  });
}

describe('the way to a host', () => {
  it('goes through a jump host, for exec and for OpenSSH alike', async () => {
    const clientOf = (output: string) => output.trim().split(/\s+/)[0];
    const direct = clientOf(await fleet.on('scraper', 'echo $SSH_CLIENT'));
    const gateway = await fleet.on(
      'helsinki-gw',
      "ip -4 -o addr show eth0 | sed 's/.*inet \\([0-9.]*\\).*/\\1/'",
    );
    expect(direct).not.toBe(gateway);

    await through('helsinki-gw');
    expect(clientOf(await fleet.on('scraper', 'echo $SSH_CLIENT'))).toBe(gateway);
    const shell = await fleet.unde(['ssh', 'host:scraper', '--', 'echo $SSH_CLIENT']);
    expect(shell.stderr).not.toContain('denied');
    expect(clientOf(shell.stdout)).toBe(gateway);
  });

  it('carries a deploy through the jump host, upload and confirmation included', async () => {
    const answer = await fleet.unde(['deploy', 'hello+host:scraper', '--json']);
    expect(answer.stderr).toBe('');
    expect(answer.code).toBe(0);
    expect(await fleet.greeting('scraper')).toBe('hello');
  });

  it('says which host could not be reached, and why, when the jump host is down', async () => {
    await fleet.ok('lab', 'cut', 'helsinki-gw', '--name', fleet.lab);
    const answer = await fleet.exits(5, 'exec', 'host:scraper', '--', 'true');
    expect(answer.stderr).toMatch(/scraper|helsinki-gw/);
    await fleet.ok('lab', 'heal', '--name', fleet.lab);
    await fleet.ok('exec', 'host:scraper', '--', 'true');
  });
});
