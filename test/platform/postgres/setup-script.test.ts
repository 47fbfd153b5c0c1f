import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scramVerifier } from '../../../src/lib/secrets/form.ts';
import { renderSetupScript } from '../../../src/platform/postgres/setup-script.ts';
import { HOST_PATH } from '../../../src/lib/common/shell/script.ts';
import { bash } from '../../lib/common/shell/bash.ts';
import { withVariables } from '../../lib/common/shell/variables.ts';

const VERIFIER_A = scramVerifier('ximilar_gw_a', 'secret-a');
const VERIFIER_B = scramVerifier('ximilar_gw_b', 'secret-b');
const CONSUMERS = [
  {
    service: 'ximilar-gw',
    use: { database: 'production', role: 'ximilar_gw', title: 'Production DB password (pgvector read)' },
  },
] as const;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'setup-'));
  for (const name of ['bin', 'creds', 'run', 'metrics']) await mkdir(path.join(folder, name));
  await stub('systemd-creds', '[[ $1 == decrypt && $2 == --name=* && $3 == *.${2#*=} ]] && cat "$3"');
  // It says what it was told: its arguments, and what came by its input with the database's own file.
  await stub(
    'psql',
    `[[ $* != *"-f "*database.sql ]] || cat >"${folder}/given"; echo "$*" >>"${folder}/called"
[[ $* != *pg_is_in_recovery* ]] || echo "\${RECOVERY:-f}"
[[ -z \${FAILS:-} || $* != *-f* ]] || { echo "psql:file:3: ERROR:  $FAILS" >&2; exit 3; }`,
  );
});
afterEach(() => rm(folder, { recursive: true }));

async function stub(name: string, body: string) {
  await writeFile(path.join(folder, 'bin', name), `#!/bin/bash\n${body}\n`);
  await chmod(path.join(folder, 'bin', name), 0o755);
}

const credential = (name: string, value: string) =>
  writeFile(path.join(folder, 'creds', `unde.postgres.${name}`), value);

function setup(consumers: Parameters<typeof renderSetupScript>[1] = CONSUMERS, env: NodeJS.ProcessEnv = {}) {
  const script = withVariables(renderSetupScript('production', consumers), {
    PATH: `${path.join(folder, 'bin')}:${HOST_PATH}`,
    programs: path.join(folder, 'bin'),
    run: path.join(folder, 'run'),
    textfiles: path.join(folder, 'metrics'),
    credentials: path.join(folder, 'creds/unde.postgres.'),
  });
  return bash(script, 'bash', { ...process.env, ...env });
}

const read = (name: string) => readFile(path.join(folder, name), 'utf8');

describe('the setup of a database', () => {
  it('hands the verifiers over by standard input, and leaves word that all is well', async () => {
    await credential('db-production-ximilar-gw', `ximilar_gw_a ${VERIFIER_A}`);
    expect(setup()).toMatchObject({ code: 0, stderr: '' });
    expect(await read('given')).toBe(`ximilar_gw_a\tximilar_gw\t${VERIFIER_A}\n`);
    expect(await read('called')).not.toContain('SCRAM');
    expect(await read('run/setup')).toBe('ok\n');
    expect(await read('metrics/unde-postgres-setup.prom')).toMatch(/^unde_postgres_setup_ok 1$/m);
  });

  it('gives both logins while one is being rotated', async () => {
    await credential('db-production-ximilar-gw', `ximilar_gw_a ${VERIFIER_A}`);
    await credential('db-production-ximilar-gw.next', `ximilar_gw_b ${VERIFIER_B}`);
    expect(setup().code).toBe(0);
    expect(await read('given')).toBe(
      `ximilar_gw_a\tximilar_gw\t${VERIFIER_A}\nximilar_gw_b\tximilar_gw\t${VERIFIER_B}\n`,
    );
  });

  it('gives nothing at all where nobody uses the database', async () => {
    expect(setup([]).code).toBe(0);
    expect(await read('given')).toBe('');
  });

  it.each([
    ['of another role', `scraper_a ${VERIFIER_A}`],
    ['of an administrator', `postgres ${VERIFIER_A}`],
    ['that is a password', 'ximilar_gw_a hunter2'],
    ['with more behind it', `ximilar_gw_a ${VERIFIER_A}'; DROP`],
  ])('refuses a verifier %s, and tells nobody what it was', async (_, value) => {
    await credential('db-production-ximilar-gw', value);
    const { code, stderr } = setup();
    expect(code).toBe(1);
    expect(await read('run/setup')).toBe(
      'db-production-ximilar-gw is no verifier of a login of ximilar_gw\n',
    );
    expect(stderr).not.toContain(value.split(' ')[1]);
    expect(await read('called')).not.toContain('database.sql');
  });

  it('says which verifier is missing', async () => {
    expect(setup().code).toBe(1);
    expect(await read('run/setup')).toBe(
      'the verifier of ximilar_gw (db-production-ximilar-gw) is not on this host\n',
    );
    expect(await read('metrics/unde-postgres-setup.prom')).toMatch(/^unde_postgres_setup_ok 0$/m);
  });

  it('says what PostgreSQL said, where it did not get through', async () => {
    await credential('db-production-ximilar-gw', `ximilar_gw_a ${VERIFIER_A}`);
    expect(setup(CONSUMERS, { FAILS: 'canceling statement due to lock timeout' }).code).toBe(1);
    expect(await read('run/setup')).toBe('psql:file:3: ERROR:  canceling statement due to lock timeout\n');
  });

  it('changes nothing on a standby', async () => {
    expect(setup(CONSUMERS, { RECOVERY: 't' }).code).toBe(0);
    expect(await read('called')).not.toContain('.sql');
    expect(await read('run/setup')).toBe('ok\n');
  });
});
