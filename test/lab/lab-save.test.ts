import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabEntry, SavedEntry } from '../../src/lib/lab/listing.ts';
import { readOrigin } from '../../src/lib/lab/origin.ts';
import { savedLabDirectory, savedLabsDirectory } from '../../src/lib/lab/saved.ts';
import { labDirectory, readLabState } from '../../src/lib/lab/state.ts';
import { type Answer, TestFleet, until } from './fleet.ts';
import { labStore } from './secrets-traces.ts';

// Names that no operator's lab, or saved lab, has.
const [LAB, LEFT, RIGHT, SAVED] = ['tsave', 'tsaveleft', 'tsaveright', 'tsaved'];
const HOSTS = ['scraper', 'local-mood'];
/** One that the operator's store of the lab makes; {@link TOKEN} is on the hosts. */
const STORED = 'wireguard-local-mood';
const TOKEN = 'planted-0d5a7e1c';

let fleet: TestFleet;

async function refused(code: string, ...args: string[]): Promise<Answer> {
  const answer = await fleet.unde(args);
  expect(answer.stderr, `unde ${args.join(' ')}\n${answer.stdout}`).toContain(code);
  expect(answer.code).toBe(4);
  return answer;
}

async function listed(): Promise<{ labs: LabEntry[]; saved: SavedEntry[] }> {
  return (await fleet.ok('lab', 'list', '--json')).json() as { labs: LabEntry[]; saved: SavedEntry[] };
}

async function saved(): Promise<SavedEntry | undefined> {
  return (await listed()).saved.find(({ name, superseded }) => name === SAVED && !superseded);
}

/** Runs a command on a machine of any of the labs, through SSH, so that its key is checked. */
async function on(lab: string, host: string, command: string): Promise<string> {
  return (await fleet.unde(['exec', `host:${host}`, '--context', `lab:${lab}`, '--', command])).stdout.trim();
}

/** Waits until `hello` is there, as it may still be starting, and prints what it says. */
const GREETING =
  'timeout 90 bash -c "until exec 3<>/dev/tcp/127.0.0.1/8099; do sleep 0.1; done 2>/dev/null; printf \'GET /greeting HTTP/1.0\\r\\n\\r\\n\' >&3; tail -1 <&3"; echo';
const WHO = 'cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub';
const RELEASE = 'basename $(readlink /var/lib/unde/services/hello/current)';
const SECRET = 'systemd-creds decrypt --name=t.token /etc/credstore.encrypted/t.token -';

/** A unit that takes its time to stop, and then leaves a word: only a machine that is stopped in order has it. */
const LAST_WORD = `[Service]
ExecStart=/bin/sleep infinity
ExecStop=/bin/sh -c 'sleep 1; echo in order > /root/last-word'
`;

beforeAll(async () => {
  fleet = await TestFleet.up(LAB, HOSTS);
  await fleet.ok('deploy', 'hello');
  await fleet.ok('secrets', 'generate');
  for (const host of HOSTS) {
    await on(
      LAB,
      host,
      `mkdir -p /etc/credstore.encrypted && printf ${TOKEN} | systemd-creds encrypt --name=t.token - /etc/credstore.encrypted/t.token`,
    );
  }
  const unit = Buffer.from(LAST_WORD).toString('base64');
  await on(
    LAB,
    'scraper',
    `echo ${unit} | base64 -d > /etc/systemd/system/last-word.service; systemctl start last-word; rm /etc/motd; echo kept > /root/note`,
  );
});
afterAll(async () => {
  for (const lab of [LEFT, RIGHT]) await fleet?.unde(['lab', 'down', '--name', lab]);
  await fleet?.down();
  // A failed test must not leave its saved lab to the next run.
  for (const folder of globSync(path.join(savedLabsDirectory(), `{.,}*${SAVED}*`)))
    await rm(folder, { recursive: true });
});

describe('unde lab save', () => {
  it('leaves neither a saved lab nor a lab without its disks when it is killed in the middle', async () => {
    // The program that makes it durable hangs: all disks are taken by then, and the saved lab has no name yet.
    const programs = await mkdtemp(path.join(os.tmpdir(), 'unde-sync-'));
    const pid = path.join(programs, 'pid');
    await writeFile(path.join(programs, 'sync'), `#!/bin/sh\necho $$ > ${pid}\nexec sleep 600\n`);
    await chmod(path.join(programs, 'sync'), 0o755);
    const save = fleet.start(['lab', 'save', SAVED, '--name', LAB], {
      PATH: `${programs}:${process.env['PATH']}`,
    });
    await until(
      'the saved lab but for its name',
      async () => existsSync(pid) && readFileSync(pid, 'utf8'),
      Boolean,
    );
    save.kill();
    await save.answer.finally(() => process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL'));
    expect(await saved()).toBeUndefined();
    await refused('LAB_NOT_SAVED', 'lab', 'up', '--from', SAVED, '--name', LEFT);

    await fleet.ok('lab', 'up', HOSTS.join(','), '--name', LAB);
    expect(await on(LAB, 'scraper', 'cat /root/note /root/last-word')).toBe('kept\nin order');
    expect(globSync(path.join(savedLabsDirectory(), `.*${LAB}*`))).toEqual([]);
    await on(LAB, 'scraper', 'rm /root/last-word; systemctl start last-word');
    await rm(programs, { recursive: true });
  });

  it('keeps a lab that was stopped in order, readable by its owner only, and boots it again', async () => {
    const answer = await fleet.ok('lab', 'save', SAVED, '--name', LAB, '--key', 'first');
    expect(answer.stdout).toContain(`saved "${SAVED}": 2 machines`);
    const entry = await saved();
    expect(entry).toMatchObject({ stale: [], key: 'first', usedBy: [LAB] });
    expect(entry?.bytes).toBeGreaterThan(1e6);
    const { save: id = '' } = (await readOrigin(LAB)) ?? {};
    for (const folder of [savedLabsDirectory(), savedLabDirectory(id)])
      expect(statSync(folder).mode & 0o777, folder).toBe(0o700);
    expect(entry?.releases['scraper']?.['hello']).toBe(await on(LAB, 'scraper', RELEASE));
    expect(await on(LAB, 'scraper', 'cat /root/last-word')).toBe('in order');
  });

  it('refuses what cannot be saved whole, before anything is stopped', async () => {
    await fleet.ok('lab', 'cut', 'scraper', '--name', LAB);
    await refused('LAB_NOT_WHOLE', 'lab', 'save', SAVED, '--name', LAB);
    await fleet.ok('lab', 'heal', 'scraper', '--name', LAB);
    await refused('LAB_DOWN', 'lab', 'save', SAVED, '--name', LEFT);
    const bad = await fleet.unde(['lab', 'save', 'production', '--name', LAB]);
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('BAD_SAVED_NAME')]);
    await until(
      'hello',
      () => on(LAB, 'scraper', 'systemctl is-active unde-hello'),
      (seen) => seen === 'active',
    );
  });
});

describe('a machine that does not stop', () => {
  it('makes the save fail, by name, and all are booted again', async () => {
    // bash as the unit's main process, which ignores the signal; systemd would wait for ever.
    const unit = `[Service]\nExecStart=/bin/bash -c 'trap "" TERM; while :; do sleep 60 & wait; done'\nTimeoutStopSec=infinity\n`;
    await on(
      LAB,
      'scraper',
      `echo ${Buffer.from(unit).toString('base64')} | base64 -d > /run/systemd/system/stubborn.service; systemctl start stubborn`,
    );
    const failed = await fleet.unde(['lab', 'save', SAVED, '--name', LAB, '--stop-timeout', '10']);
    expect([failed.code, failed.stderr]).toEqual([
      7,
      expect.stringContaining('LAB_STOP_FAILED  scraper did not stop within 10 s; nothing was saved'),
    ]);
    expect((await saved())?.key).toBe('first');
    for (const host of HOSTS) expect(await on(LAB, host, 'hostname')).toBe(host);
    expect(await on(LAB, 'scraper', 'cat /root/note')).toBe('kept');
  });
});

describe('unde lab up --from', () => {
  it('brings two labs up side by side, deployed, with their keys and secrets', async () => {
    await Promise.all(
      [LEFT, RIGHT].map((lab) => fleet.ok('lab', 'up', '--from', SAVED, '--key', 'first', '--name', lab)),
    );
    const identities = await Promise.all(HOSTS.map((host) => on(LAB, host, WHO)));
    const stored = await (await labStore(LAB)).reveal(STORED);
    await Promise.all(
      [LEFT, RIGHT].map(async (lab) => {
        for (const [at, host] of HOSTS.entries()) {
          const text = await on(lab, host, `${GREETING}; ${SECRET}; echo; ${WHO}`);
          expect(text).toBe(['{"greeting":"hello"}', TOKEN, identities[at]].join('\n'));
        }
        const plan = (await fleet.ok('plan', 'hello', '--context', `lab:${lab}`, '--json')).json() as {
          plan: { state: string }[];
        };
        expect(plan.plan.map(({ state }) => state)).toEqual(['no change', 'no change']);
        expect(await (await labStore(lab)).reveal(STORED)).toBe(stored);
        expect(statSync(path.join(labDirectory(lab), 'identity.txt')).mode & 0o777).toBe(0o600);
        // What was deleted stays deleted, although the image has it still.
        const files = await on(lab, 'scraper', 'test -e /etc/motd || echo gone; cat /etc/unde-lab');
        expect(files).toBe(`gone\nUNDE_LAB=${lab}`);
      }),
    );
  });

  it('gives each lab a disk of its own over what they share', async () => {
    await on(LEFT, 'scraper', 'echo left > /root/note; sync');
    expect(await on(RIGHT, 'scraper', 'cat /root/note')).toBe('kept');
    expect(await on(LAB, 'scraper', 'cat /root/note')).toBe('kept');
    const answer = await fleet.ok('lab', 'up', '--from', SAVED, '--name', LEFT);
    expect(answer.stdout).toContain('nothing to do');
  });

  it('is a lab to every command, and never production', async () => {
    const contexts = (await fleet.ok('context', 'list', '--json')).stdout;
    expect(contexts).toContain(`lab:${LEFT}`);
    expect(contexts).not.toContain(SAVED);
    for (const { address } of (await readLabState(LEFT))?.hosts ?? [])
      expect(address).toMatch(/^198\.1[89]\./);
    const wrong = await fleet.unde(['exec', 'host:scraper', '--context', SAVED, '--', 'true']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('BAD_CONTEXT')]);
  });

  it('refuses a saved lab that is in use, or not there', async () => {
    await refused('LAB_SAVE_IN_USE', 'lab', 'forget', SAVED);
    await refused('LAB_NOT_SAVED', 'lab', 'up', '--from', 'tnothing', '--name', 'tsaveno');
    await refused('LAB_NOT_SAVED', 'lab', 'forget', 'tnothing');
    expect((await listed()).labs.map(({ name }) => name)).not.toContain('tsaveno');
  });

  it('goes down without touching what it came from', async () => {
    await fleet.ok('lab', 'down', '--name', LEFT);
    const half = fleet.ok('lab', 'up', 'scraper', '--from', SAVED, '--name', LEFT);
    expect((await half).stdout).toContain('1 booted');
    expect(await on(LEFT, 'scraper', 'cat /root/note')).toBe('kept');
    expect((await readLabState(LEFT))?.hosts.map(({ name }) => name)).toEqual(['scraper']);
    const rest = await fleet.ok('lab', 'up', 'local-mood', '--from', SAVED, '--name', LEFT);
    expect(rest.stdout).toContain('1 booted');
    expect(await on(LEFT, 'local-mood', RELEASE)).toBe(await on(LAB, 'local-mood', RELEASE));
  });

  it('refuses a stale one and says why: other releases, another inventory', async () => {
    const other = await refused(
      'LAB_SAVE_STALE',
      'lab',
      'up',
      '--from',
      SAVED,
      '--key',
      'second',
      '--name',
      'tsaveno',
    );
    expect(other.stderr).toContain('saved with the key "first", not with "second"');
    expect(other.stderr).toContain(`unde lab save ${SAVED} --key second`);

    const file = path.join(fleet.directory, 'inventory.yaml');
    const text = readFileSync(file, 'utf8');
    await writeFile(file, text.replace(/\b10\.1\.0\.3\b/g, '10.1.0.199'));
    const moved = await refused('LAB_SAVE_STALE', 'lab', 'up', '--from', SAVED, '--name', 'tsaveno');
    expect(moved.stderr).toContain('the inventory has other sites, hosts or addresses');
    expect((await saved())?.stale).toEqual([expect.stringContaining('the inventory has other')]);
    await writeFile(file, text);
    expect((await listed()).labs.map(({ name }) => name)).not.toContain('tsaveno');
  });

  it('saves what came from a saved lab, and keeps the layers that somebody stands on', async () => {
    const first = (await readOrigin(LAB))?.save as string;
    await on(RIGHT, 'scraper', 'echo second > /root/note');
    await fleet.ok('lab', 'save', SAVED, '--name', RIGHT, '--key', 'second', '--down');
    expect(existsSync(savedLabDirectory(first))).toBe(true);
    await refused('LAB_CHANGED', 'lab', 'up', '--from', SAVED, '--name', LAB);
    await fleet.ok('lab', 'up', '--from', SAVED, '--key', 'second', '--name', RIGHT);
    expect(await on(RIGHT, 'scraper', 'cat /root/note')).toBe('second');
    expect(await on(RIGHT, 'local-mood', SECRET)).toBe(TOKEN);
    for (const lab of [LEFT, RIGHT]) await fleet.ok('lab', 'down', '--name', lab);
    await fleet.ok('lab', 'forget', SAVED);
    expect(await saved()).toBeUndefined();
    // The first lab still stands on the first one.
    expect(existsSync(savedLabDirectory(first))).toBe(true);
    await fleet.ok('lab', 'down', '--name', LAB);
    expect(existsSync(savedLabDirectory(first))).toBe(false);
  });
});
