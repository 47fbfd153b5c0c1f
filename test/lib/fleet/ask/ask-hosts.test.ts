import type { ServerChannel } from 'ssh2';
import { afterEach, describe, expect, it } from 'vitest';
import { askHosts, sameScript, type HostAnswer } from '../../../../src/lib/fleet/ask/ask-hosts.ts';
import { MAX_IN_FLIGHT } from '../../../../src/lib/fleet/ask/side-by-side.ts';
import type { Host } from '../../../../src/lib/inventory/inventory.ts';
import { finish, SshHost, type OnCommand } from './ssh-host.ts';

const MANY = Array.from({ length: MAX_IN_FLIGHT + 8 }, (_, index) => `host-${index}`);

let server: SshHost | undefined;
afterEach(() => server?.close());

async function fleetOf(names: readonly string[], onCommand: OnCommand) {
  server = new SshHost(onCommand);
  return server.fleet(names);
}

const byName = (answers: ReadonlyMap<Host, HostAnswer>) =>
  [...answers].map(([{ name }, answer]) => [name, answer] as const);

describe('askHosts', () => {
  it('asks as many hosts at once as may be, and no more', async () => {
    const asked: ServerChannel[] = [];
    let connections = 0;
    const fleet = await fleetOf(MANY, (channel) => {
      asked.push(channel);
      // The first ones are answered when as many have asked as may; whoever would ask beyond them has connected by then.
      if (asked.length === MAX_IN_FLIGHT) {
        connections = server?.connections ?? 0;
        for (const each of asked) finish(each);
      } else if (asked.length > MAX_IN_FLIGHT) finish(channel);
    });
    const answers = await askHosts(fleet, sameScript(fleet.hosts, 'uptime'));
    expect(connections).toBe(MAX_IN_FLIGHT);
    expect(byName(answers).map(([name, { code }]) => [name, code])).toEqual(MANY.map((name) => [name, 0]));
  });

  it('tells of a host that fails beside the answers of the others, in their order', async () => {
    const fleet = await fleetOf(['a', 'gone', 'b'], (channel, command) => {
      channel.write(command);
      channel.stderr.write('not so well');
      finish(channel, 3);
    });
    const answers = byName(await askHosts(fleet, sameScript(fleet.hosts, 'uptime')));
    expect(answers).toMatchObject([
      ['a', { code: 3, stdout: 'exec bash -c uptime', stderr: 'not so well' }],
      ['gone', { error: { code: 'UNREACHABLE', exit: 'unreachable' } }],
      ['b', { code: 3 }],
    ]);
  });

  it('runs on each host the script that is meant for it', async () => {
    const fleet = await fleetOf(['a', 'b'], (channel, command) => {
      channel.write(command);
      finish(channel);
    });
    const scripts = new Map(fleet.hosts.map((host) => [host, `echo-${host.name}`]));
    const answers = byName(await askHosts(fleet, scripts));
    expect(answers).toMatchObject([
      ['a', { stdout: 'exec bash -c echo-a' }],
      ['b', { stdout: 'exec bash -c echo-b' }],
    ]);
  });

  it('ends what runs when it is broken off, and asks nobody any more', async () => {
    const abort = new AbortController();
    let running = 0;
    const fleet = await fleetOf(MANY, () => {
      if (++running === MAX_IN_FLIGHT) abort.abort();
    });
    const answers = byName(
      await askHosts(fleet, sameScript(fleet.hosts, 'journalctl -f'), { signal: abort.signal }),
    );
    expect(answers.filter(([, { code }]) => code === 0)).toHaveLength(MAX_IN_FLIGHT);
    expect(answers.flatMap(([, { error }]) => error?.code ?? [])).toEqual(
      MANY.slice(MAX_IN_FLIGHT).map(() => 'INTERRUPTED'),
    );
    expect(server?.connections).toBe(MAX_IN_FLIGHT);
  });

  it('brings whole lines, and every letter whole, however the bytes were sent', async () => {
    const fleet = await fleetOf(['a'], (channel) => {
      const bytes = [...Buffer.from('grüße\n€ ✔\nlast')];
      const next = () => {
        const byte = bytes.shift();
        if (byte === undefined) return finish(channel);
        channel.write(Buffer.from([byte]), () => setImmediate(next));
      };
      next();
    });
    const lines: string[] = [];
    const answers = await askHosts(fleet, sameScript(fleet.hosts, 'cat'), {
      onLine: (host, line) => lines.push(`${host.name}: ${line}`),
    });
    expect(lines).toEqual(['a: grüße', 'a: € ✔', 'a: last']);
    // It is kept nowhere else.
    expect(byName(answers)).toMatchObject([['a', { code: 0, stdout: '' }]]);
  });

  it('does not wait longer than it may for one that says nothing', async () => {
    const fleet = await fleetOf(['a', 'b'], (channel, command) => {
      if (command.endsWith('true')) finish(channel);
    });
    const [a, b] = fleet.hosts as [Host, Host];
    const scripts = new Map([
      [a, 'sleep'],
      [b, 'true'],
    ]);
    const answers = byName(await askHosts(fleet, scripts, { timeoutMs: 1500 }));
    expect(answers).toMatchObject([
      ['a', { error: { code: 'HOST_TIMEOUT', exit: 'unreachable' } }],
      ['b', { code: 0 }],
    ]);
  });
});
