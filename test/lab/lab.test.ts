import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineFiles } from '../../src/lib/lab/machine.ts';
import { waitUntil } from '../../src/lib/lab/process.ts';
import { canBootLab } from '../../src/lib/lab/requirements.ts';
import { readLabState } from '../../src/lib/lab/state.ts';
import type { LabStatus } from '../../src/lib/lab/status.ts';
import { labTraces } from './lab-traces.ts';

const folder = import.meta.dirname;
const possible = await canBootLab();
if (!possible.ok) console.warn(`the lab's tests are left out: ${possible.why}`);

// Names that no operator's lab has.
const [LAB, OTHER] = ['tlab1', 'tlab2'];
const HERE = 'push';
const NEIGHBOUR = 'collage';
const FAR = 'local-redis';
const WAN_MS = 120;

function unde(command: string, args: readonly string[], lab = LAB) {
  const dashes = args.indexOf('--');
  const [own, rest] = dashes === -1 ? [args, []] : [args.slice(0, dashes), args.slice(dashes)];
  return execa(
    process.execPath,
    [path.join(folder, 'run-command.ts'), `lab/${command}`, ...own, '-n', lab, ...rest],
    {
      reject: false,
      stdin: 'ignore',
    },
  );
}

async function ok(command: string, args: readonly string[], lab = LAB): Promise<string> {
  const result = await unde(command, args, lab);
  expect(result.stderr, `lab ${command} ${args.join(' ')}`).toBe('');
  expect(result.exitCode).toBe(0);
  return result.stdout;
}

async function status(lab = LAB): Promise<LabStatus> {
  return JSON.parse((await unde('status', ['--json'], lab)).stdout) as LabStatus;
}

async function addressOf(host: string): Promise<string> {
  const state = await readLabState(LAB);
  return state?.hosts.find((machine) => machine.name === host)?.address as string;
}

/** How the operator's side gets through to a machine: `silent`, an error's code, or the fastest of five in ms. */
async function connectFromHere(host: string): Promise<number | string> {
  const address = await addressOf(host);
  const text = await ok('exec', ['--', process.execPath, path.join(folder, 'lab-connect.ts'), address]);
  return text.startsWith('ok ') ? Number(text.slice(3)) : text;
}

/** The same from one machine to another: bash's exit code, 124 where the deadline passed in silence. */
async function connectBetween(from: string, to: string): Promise<number | undefined> {
  const connect = `timeout 2 bash -c '</dev/tcp/${await addressOf(to)}/22'`;
  return (await unde('exec', [from, '--', 'bash', '-c', connect])).exitCode;
}

describe.skipIf(!possible.ok)('lab', () => {
  beforeAll(async () => {
    await unde('down', []);
    await unde('down', [], OTHER);
    await ok('up', [`${HERE},${NEIGHBOUR},${FAR}`, '--wan-delay', `${WAN_MS}ms`]);
  });

  afterAll(async () => {
    await unde('down', []);
    await unde('down', [], OTHER);
  });

  it('boots machines with systemd, a name, a key and nothing that failed', async () => {
    for (const host of [HERE, FAR]) {
      const text = await ok('exec', [
        host,
        '--',
        'sh',
        '-c',
        'hostname; cat /proc/1/comm; systemctl --failed --plain --no-legend; date +%Z',
      ]);
      expect(text.split('\n')).toEqual([host, 'systemd', 'UTC']);
    }
    expect((await status()).machines.map(({ name, up, cut }) => ({ name, up, cut }))).toEqual(
      expect.arrayContaining([HERE, NEIGHBOUR, FAR].map((name) => ({ name, up: true, cut: false }))),
    );
  });

  it('does nothing when it is up already, and says so', async () => {
    const before = readFileSync(machineFiles(LAB, HERE).pid, 'utf8');
    expect(await ok('up', [`${HERE},${FAR}`])).toContain('nothing to do');
    expect(readFileSync(machineFiles(LAB, HERE).pid, 'utf8')).toBe(before);
  });

  it('has no way out: the operator’s side knows the lab’s network only', async () => {
    const routes = await ok('exec', ['--', 'ip', '-4', 'route', 'show', 'table', 'all', 'type', 'unicast']);
    expect(routes.trim()).toBe('198.18.0.0/15 dev br-helsinki proto kernel scope link src 198.18.240.1');
    const machine = await ok('exec', [FAR, '--', 'ip', '-4', 'route', 'show']);
    expect(machine).toMatch(/^198\.18\.0\.0\/15 dev eth0 [^\n]*\n?$/);
  });

  it('delays TCP and ICMP between the sites by the round trip, and not inside one', async () => {
    expect(await connectFromHere(FAR)).toBeGreaterThanOrEqual(WAN_MS);
    // The fastest of five, so that a busy machine cannot make it look slow.
    expect(await connectFromHere(HERE)).toBeLessThan(WAN_MS);
    const ping =
      '$p = Net::Ping->new("icmp", 5); $p->hires; ($ok, $t) = $p->ping($ARGV[0]); print $ok ? $t * 1000 : -1';
    const milliseconds = await ok('exec', ['--', 'perl', '-MNet::Ping', '-e', ping, await addressOf(FAR)]);
    expect(Number(milliseconds)).toBeGreaterThanOrEqual(WAN_MS);
  });

  it('cuts the WAN in silence and heals it', async () => {
    await ok('cut', ['wan']);
    expect((await status()).wanCut).toBe(true);
    expect(await connectFromHere(FAR)).toBe('silent');
    expect(await connectFromHere(HERE)).toBeTypeOf('number');
    expect(await connectBetween(HERE, FAR)).toBe(124);
    expect(await connectBetween(HERE, NEIGHBOUR)).toBe(0);
    await ok('heal', ['wan']);
    expect(await waitUntil(async () => (await connectBetween(HERE, FAR)) === 0, 60_000)).toBe(true);
  });

  it('cuts a machine off without resetting its connections, which go on when it is healed', async () => {
    const address = await addressOf(HERE);
    const probe = execa(
      process.execPath,
      [
        path.join(folder, 'run-command.ts'),
        'lab/exec',
        '-n',
        LAB,
        '--',
        process.execPath,
        path.join(folder, 'lab-probe.ts'),
        address,
      ],
      {
        reject: false,
        stdin: 'pipe',
        buffer: false,
      },
    );
    let events = '';
    probe.stdout.on('data', (chunk: Buffer) => (events += chunk.toString()));
    expect(await waitUntil(() => events === 'connected\n', 60_000)).toBe(true);
    await ok('cut', [HERE]);
    probe.stdin.write('say something\n');
    // A new attempt takes its whole deadline to fail; meanwhile nothing is heard on the old connection either.
    expect(await connectFromHere(HERE)).toBe('silent');
    expect(await connectBetween(NEIGHBOUR, HERE)).toBe(124);
    expect(await connectBetween(NEIGHBOUR, FAR)).toBe(0);
    expect(events).toBe('connected\n');
    await ok('heal', [HERE]);
    expect(await waitUntil(() => events.startsWith('connected\ndata\n'), 60_000)).toBe(true);
    probe.stdin.end();
    await probe;
  });

  it('boots a killed machine again, with its disk, and a killed delay line', async () => {
    await ok('exec', [FAR, '--', 'sh', '-c', 'echo kept > /root/note; sync']);
    process.kill(Number(readFileSync(machineFiles(LAB, FAR).pid, 'utf8').split(' ')[0]), 'SIGKILL');
    const delayLine = await execa('ip', ['netns', 'pids', `unde-${LAB}-switch`]);
    for (const pid of delayLine.stdout.split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
    expect(await ok('up', [FAR])).toContain('1 booted');
    expect(await ok('exec', [FAR, '--', 'cat', '/root/note'])).toBe('kept');
    expect(await connectFromHere(FAR)).toBeGreaterThanOrEqual(WAN_MS);
  });

  it('recovers from a run that was killed while it booted', async () => {
    const run = spawn(process.execPath, [path.join(folder, 'run-command.ts'), 'lab/up', HERE, '-n', OTHER], {
      stdio: 'ignore',
    });
    expect(await waitUntil(() => existsSync(machineFiles(OTHER, HERE).pid), 60_000, 2)).toBe(true);
    run.kill('SIGKILL');
    expect((await unde('status', [], OTHER)).exitCode).toBe(4);
    expect(await ok('up', [HERE], OTHER)).toContain('1 booted');
  });

  it('runs two labs side by side with the same addresses', async () => {
    for (const lab of [LAB, OTHER]) {
      expect((await status(lab)).machines.find((machine) => machine.name === HERE)?.up).toBe(true);
      expect(await ok('exec', [HERE, '--', 'grep', 'UNDE_LAB=', '/etc/unde-lab'], lab)).toBe(
        `UNDE_LAB=${lab}`,
      );
    }
    await ok('cut', [HERE], OTHER);
    expect(await connectFromHere(HERE)).toBeTypeOf('number');
  });

  it('gives a bare machine packages from its mirror, and nothing from elsewhere', async () => {
    await ok('up', [NEIGHBOUR, '--bare'], OTHER);
    const before = await unde('exec', [NEIGHBOUR, '--', 'dpkg', '-s', 'prometheus-node-exporter'], OTHER);
    expect(before.exitCode).toBe(1);
    const install =
      'apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y install prometheus-node-exporter';
    const answer = await unde('exec', [NEIGHBOUR, '--', 'sh', '-c', install], OTHER);
    expect(answer.exitCode, answer.stderr).toBe(0);
    expect([...new Set(answer.stdout.match(/http:\/\/[^/ ]+/g))]).toEqual(['http://198.18.240.2']);
    expect(
      await ok('exec', [NEIGHBOUR, '--', 'systemctl', 'is-active', 'prometheus-node-exporter'], OTHER),
    ).toBe('active');
  });

  it('tells the exit code, output and error of a command', async () => {
    const result = await unde('exec', [
      HERE,
      '--json',
      '--',
      'sh',
      '-c',
      'echo "out  $0"; echo err >&2; exit 7',
      "it's",
    ]);
    expect(JSON.parse(result.stdout)).toEqual({ host: HERE, code: 7, stdout: "out  it's", stderr: 'err' });
    expect(result.exitCode).toBe(7);
    expect((await unde('exec', ['nobody', '--', 'true'])).stderr).toContain('NOT_IN_LAB');
  });

  it('leaves nothing behind, with a machine killed and a command still running inside', async () => {
    const traces = labTraces(LAB);
    for (const [kind, found] of Object.entries(traces)) {
      // What is not seen while the lab is up would not be missed afterwards.
      expect(found.length, kind).toBeGreaterThan(0);
    }
    process.kill(Number(readFileSync(machineFiles(LAB, HERE).pid, 'utf8').split(' ')[0]), 'SIGKILL');
    const stray = unde('exec', ['--', 'sleep', '600']);
    const switchPids = async () =>
      (await execa('ip', ['netns', 'pids', `unde-${LAB}-switch`])).stdout.split('\n').length;
    expect(await waitUntil(async () => (await switchPids()) > 1, 60_000)).toBe(true);
    await ok('down', []);
    expect((await stray).signal).toBe('SIGKILL');
    // A killed process is seen until its parent has read its end.
    await waitUntil(() => labTraces(LAB)['processes']?.length === 0, 60_000);
    expect(labTraces(LAB)).toEqual(Object.fromEntries(Object.keys(traces).map((kind) => [kind, []])));
    expect((await unde('status', [])).stderr).toContain(`unde lab up --name ${LAB}`);
  });
});
