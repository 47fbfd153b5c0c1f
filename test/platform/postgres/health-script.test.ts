import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderHealthScript } from '../../../src/platform/postgres/health-script.ts';
import { bash } from '../../lib/common/shell/bash.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'health-'));
  await mkdir(path.join(folder, 'bin'));
  await stub('psql', 'echo 1');
  await stub('df', 'echo Avail; echo 99999');
  await writeFile(path.join(folder, 'setup'), 'ok\n');
});
afterEach(() => rm(folder, { recursive: true }));

async function stub(name: string, body: string) {
  await writeFile(path.join(folder, 'bin', name), `#!/bin/bash\n${body}\n`);
  await chmod(path.join(folder, 'bin', name), 0o755);
}

const health = () =>
  bash(
    renderHealthScript('staging')
      .replaceAll('/usr/lib/postgresql/17/bin', path.join(folder, 'bin'))
      .replaceAll('/run/unde/postgres', folder),
    'bash',
    { ...process.env, PATH: `${folder}/bin:${process.env['PATH']}` },
  );

describe('the health of PostgreSQL', () => {
  it('is good where it answers and is set up', () => {
    expect(health()).toMatchObject({ code: 0, stdout: '' });
  });

  it('is what the server says', async () => {
    await stub(
      'psql',
      'echo "psql: error: connection failed"; echo "FATAL:  the database system is starting up" >&2; exit 2',
    );
    expect(health()).toMatchObject({
      code: 1,
      stdout: 'PostgreSQL does not answer: FATAL:  the database system is starting up\n',
    });
  });

  it('is a full disk first of all, since that is why the server is down', async () => {
    await stub('df', 'echo Avail; echo 12000');
    await stub('psql', 'exit 2');
    expect(health()).toMatchObject({
      code: 1,
      stdout: 'the disk of /var/lib/postgresql/17/main is full: 11 MB are left\n',
    });
  });

  it('is bad until the setup has ended, and when it failed', async () => {
    await writeFile(path.join(folder, 'setup'), 'ERROR:  no such extension\n');
    expect(health().stdout).toBe('the setup of unde_staging failed: ERROR:  no such extension\n');
    await rm(path.join(folder, 'setup'));
    expect(health()).toMatchObject({ code: 1, stdout: 'the setup of unde_staging has not ended\n' });
  });

  it('answers in time where the server hangs', async () => {
    await stub('psql', 'sleep 10');
    const began = Date.now();
    expect(health().code).toBe(1);
    expect(Date.now() - began).toBeLessThan(4000);
  });
});
