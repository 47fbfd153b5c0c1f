import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderPrepareScript } from '../../../src/platform/redis/prepare-script.ts';
import { bash } from '../../lib/common/shell/bash.ts';
import { withVariables } from '../../lib/common/shell/variables.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const OLD = digest('old');
const NEW = digest('new');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'redis-prepare-'));
  for (const name of ['bin', 'run', 'creds']) await mkdir(path.join(folder, name));
  // systemd-creds reads an encrypted file; here it is a plain one. Groups are the host's.
  const stubs = {
    'systemd-creds': '[[ $1 == decrypt && $2 == --name=* && $3 == *.${2#*=} ]] && cat "$3"',
    chgrp: ':',
    install: ':',
    'unde-redis': '[[ $* == "ACL LOAD" ]] && echo "$(<"$0.says")"',
  };
  for (const [name, body] of Object.entries(stubs)) {
    await writeFile(path.join(folder, 'bin', name), `#!/bin/bash\n${body}\n`);
    await chmod(path.join(folder, 'bin', name), 0o755);
  }
  await answer('OK');
  await writeFile(path.join(folder, 'users'), '# table\nworker redis-broker-worker ~jobs:* +get\n');
});
afterEach(() => rm(folder, { recursive: true }));

/** What Redis says to ACL LOAD. */
const answer = (text: string) => writeFile(path.join(folder, 'bin/unde-redis.says'), text);
const credential = (name: string, value: string) =>
  writeFile(path.join(folder, 'creds', `unde.redis.${name}`), value);
const text = (name: string) => readFile(path.join(folder, 'run', name), 'utf8');

function prepare(verb = 'start') {
  const script = withVariables(renderPrepareScript('broker', 0), {
    run: path.join(folder, 'run'),
    users: path.join(folder, 'users'),
    credentials: path.join(folder, 'creds/unde.redis.'),
    sysctl: 'false',
    client: path.join(folder, 'bin/unde-redis'),
  });
  return bash(`set -- ${verb}\n${script}`, 'bash', {
    ...process.env,
    PATH: `${path.join(folder, 'bin')}:${process.env['PATH']}`,
  });
}

describe("the preparation of Redis' start", () => {
  it('writes users with the digests of their passwords, and lets nobody else in', async () => {
    await credential('redis-broker-worker', OLD);
    expect(prepare().code).toBe(0);
    const acl = await text('users.acl');
    expect(acl).toContain('user default off resetpass ~* &* +@all\n');
    expect(acl).toContain(`user worker on #${OLD} ~jobs:* +get\n`);
    expect(acl).toMatch(/^user health on #[0-9a-f]{64} resetchannels -@all \+ping \+info$/m);
    expect(acl).not.toContain('nopass');
    expect(await text('problems')).toBe('');
  });

  it('lets a client in by both passwords while one is being rotated', async () => {
    await credential('redis-broker-worker', OLD);
    await credential('redis-broker-worker.next', NEW);
    prepare('reload');
    expect(await text('users.acl')).toContain(`user worker on #${OLD} #${NEW} ~jobs:* +get\n`);
  });

  it("keeps the host's own passwords over a reload, and checks them by their digests", async () => {
    prepare();
    const own = await text('operator.password');
    prepare('reload');
    expect(await text('operator.password')).toBe(own);
    expect(await text('users.acl')).toContain(`user operator on #${digest(own)} `);
    expect(own).toMatch(/^\w{30,}$/);
  });

  it.each([
    ['absent', undefined],
    ['no digest', 'hunter2'],
  ])('leaves out only the client whose credential is %s, and says so', async (_, value) => {
    if (value !== undefined) await credential('redis-broker-worker', value);
    const { code, stderr } = prepare();
    expect(code).toBe(0);
    expect(await text('users.acl')).not.toContain('worker');
    expect(await text('users.acl')).toContain('user health on');
    expect(stderr).toContain('the user worker is left out');
    expect(await text('problems')).toContain('the user worker is left out');
    expect(stderr).not.toContain('hunter2');

    await credential('redis-broker-worker', OLD);
    prepare('reload');
    expect(await text('problems')).toBe('');
  });

  it('gives Redis half of the memory that the host has', async () => {
    prepare();
    const kib = Number(/^MemTotal:\s+(\d+)/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1]);
    const bytes = Number(/^maxmemory (\d+)$/m.exec(await text('memory.conf'))?.[1]);
    expect(bytes / (kib * 1024)).toBeCloseTo(0.5, 3);
  });

  it('fails a reload that Redis refuses', async () => {
    await answer('ERR /run/users.acl:3: Unknown command');
    const { code, stderr } = prepare('reload');
    expect(code).toBe(1);
    expect(stderr).toContain('Redis keeps its users: ERR');
  });
});
