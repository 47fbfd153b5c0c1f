import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderClusterScript } from '../../../src/platform/postgres/cluster-script.ts';
import { HOST_PATH } from '../../../src/lib/common/shell/script.ts';
import { bash } from '../../lib/common/shell/bash.ts';
import { withVariables } from '../../lib/common/shell/variables.ts';

let folder: string;
let data: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cluster-'));
  data = path.join(folder, 'pg/17/main');
  await mkdir(path.join(folder, 'bin'));
  await mkdir(path.join(folder, 'pg'));
  // PostgreSQL's programs as far as the script needs them: a cluster is a folder with facts about itself.
  await program(
    'initdb',
    `
    while (($#)); do [[ $1 != -D ]] || d=$2; [[ $1 != --data-checksums ]] || sums=1; shift; done
    [[ -z $(ls -A "$d" 2>/dev/null) ]] || { echo "directory exists but is not empty" >&2; exit 1; }
    mkdir -p "$d/base/1" "$d/base/5"; echo 17 >"$d/PG_VERSION"; echo "$d" >>"${folder}/made"
    printf 'Database system identifier: %s\\nDatabase cluster state: shut down\\nData page checksum version: %s\\n' 4711 "\${sums:-0}" >"$d/control"`,
  );
  // Users and groups are the host's.
  await program('setpriv', 'while [[ $1 != -- ]]; do shift; done; shift; exec "$@"');
  await program('install', 'mkdir -p "${@: -1}"');
  await program('pg_controldata', 'cat "$2/control"');
  await program('pg_checksums', 'sed -i "s/version: 0/version: 1/" "$3/control"');
});
afterEach(() => rm(folder, { recursive: true }));

async function program(name: string, body: string) {
  const file = path.join(folder, 'bin', name);
  await writeFile(file, `#!/bin/bash\n${body}\n`);
  await chmod(file, 0o755);
}

function run() {
  const script = withVariables(renderClusterScript(), {
    PATH: `${path.join(folder, 'bin')}:${HOST_PATH}`,
    programs: path.join(folder, 'bin'),
    sysctl: 'false',
    data,
    born: path.join(folder, 'postgres-cluster'),
    stale: [path.join(folder, 'run/postgres/setup')],
  });
  return bash(script);
}

const control = () => readFile(path.join(data, 'control'), 'utf8');

describe('the script before the server', () => {
  it('makes a cluster with checksums where there never was one, and remembers it', async () => {
    expect(run()).toMatchObject({ code: 0, stderr: '' });
    expect(await control()).toContain('checksum version: 1');
    expect(await readFile(path.join(folder, 'postgres-cluster'), 'utf8')).toBe('4711\n');
    expect(run()).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(path.join(folder, 'made'), 'utf8')).toBe(`${data}.making\n`);
  });

  it('begins anew what was cut short', async () => {
    await mkdir(`${data}.making/base`, { recursive: true });
    expect(run().code).toBe(0);
    expect(existsSync(path.join(data, 'PG_VERSION'))).toBe(true);
    expect(existsSync(`${data}.making`)).toBe(false);
  });

  it('makes no second one where the disk of the first is missing', async () => {
    run();
    await rm(data, { recursive: true });
    const { code, stderr } = run();
    expect(code).toBe(1);
    expect(stderr).toContain('(system identifier 4711) is not in');
    expect(stderr).toContain('mount its disk, or restore it');
    expect(existsSync(data)).toBe(false);
  });

  it('refuses another cluster than the one that was here', async () => {
    run();
    await writeFile(path.join(data, 'control'), (await control()).replace('4711', '4712'));
    expect(run()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('another cluster (system identifier 4712)') as string,
    });
  });

  it('writes nothing into a folder that holds something else', async () => {
    await mkdir(data, { recursive: true });
    await writeFile(path.join(data, 'thesis.doc'), '');
    expect(run()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('holds files but no cluster') as string,
    });
  });

  it('refuses the cluster of another version', async () => {
    run();
    await writeFile(path.join(data, 'PG_VERSION'), '16\n');
    expect(run()).toMatchObject({ code: 1, stderr: expect.stringContaining('PostgreSQL 16') as string });
  });

  it("gives a package's empty cluster its checksums", async () => {
    bash(`${folder}/bin/initdb -D ${data}`);
    await writeFile(path.join(data, 'base/5/16383'), '');
    expect(await control()).toContain('checksum version: 0');
    expect(run()).toMatchObject({ code: 0, stderr: '' });
    expect(await control()).toContain('checksum version: 1');
  });

  it.each(['base/5/16384', 'base/1/16400_fsm', 'base/16385/1259', 'base/5/99999', 'base/5/123456'])(
    'takes over a cluster with data (%s) as it is, and says so',
    async (file) => {
      bash(`${folder}/bin/initdb -D ${data}`);
      await mkdir(path.dirname(path.join(data, file)), { recursive: true });
      await writeFile(path.join(data, file), '');
      const { code, stderr } = run();
      expect(code).toBe(0);
      expect(stderr).toContain('has no data checksums');
      expect(await control()).toContain('checksum version: 0');
    },
  );

  it('does not touch an empty cluster that was not shut down', async () => {
    bash(`${folder}/bin/initdb -D ${data}`);
    await writeFile(path.join(data, 'control'), (await control()).replace('shut down', 'in production'));
    expect(run().code).toBe(0);
    expect(await control()).toContain('checksum version: 0');
  });
});
