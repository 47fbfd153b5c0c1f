import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  placeSecretsScript,
  secretLines,
  takenOverScript,
} from '../../../../src/lib/operations/deploy/secrets-script.ts';

/** Stands in for systemd-creds, which wants a host's key: notes its arguments, and encodes what it is fed. */
const CREDS = `#!/bin/bash
printf '%s\\n' "$*" >>"$ROOT/arguments"
[[ ! -e $ROOT/broken ]] || exit 1
{ printf 'sealed '; base64 -w0; } >"\${@: -1}"
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'unde-secrets-'));
  mkdirSync(path.join(root, 'bin'));
  writeFileSync(path.join(root, 'bin/systemd-creds'), CREDS);
  chmodSync(path.join(root, 'bin/systemd-creds'), 0o755);
});
afterEach(() => rmSync(root, { recursive: true }));

function run(text: string, input = '') {
  const script = text
    .replaceAll('/var/lib/unde', `${root}/unde`)
    .replaceAll('/etc/credstore', `${root}/credstore`);
  return spawnSync('bash', ['--norc', '-c', script], {
    input,
    encoding: 'utf8',
    env: { PATH: `${root}/bin:${process.env['PATH']}`, ROOT: root },
  });
}
const place = (secrets: Parameters<typeof secretLines>[0], left: readonly string[] = []) =>
  run(placeSecretsScript('hello', left), secretLines(secrets));
const sealed = (name: string) =>
  readFileSync(path.join(root, `credstore.encrypted/unde.hello.${name}`), 'utf8');
const version = (name: string) =>
  readFileSync(path.join(root, `unde/services/hello/secrets/${name}`), 'utf8');

describe('placing secrets on a host', () => {
  it('seals each value, writes its version down, and shows no value in an argument', () => {
    const result = place([
      { credential: 'token', version: 'v1', value: 'line one\nline "two" $x\n' },
      { credential: 'login.next', version: 'v9', value: 'reader_b:pw' },
    ]);
    expect(result.stderr).toBe('');
    expect(result.status).toBe(0);
    expect(sealed('token')).toBe(`sealed ${Buffer.from('line one\nline "two" $x\n').toString('base64')}`);
    expect(version('login.next')).toBe('v9 not taken over\n');
    const given = readFileSync(path.join(root, 'arguments'), 'utf8');
    expect(given).toContain('--name=login.next');
    expect(given).not.toMatch(/reader_b|line|cmVhZGVy/);
  });

  it('takes away what is no longer wanted', () => {
    place([{ credential: 'token', version: 'v1', value: 'x' }]);
    expect(place([], ['token']).status).toBe(0);
    expect(existsSync(path.join(root, 'credstore.encrypted/unde.hello.token'))).toBe(false);
    expect(version('token')).toBe('gone, not taken over\n');
  });

  it('writes down what the service has taken over, and forgets what is gone', () => {
    place([
      { credential: 'token', version: 'v1', value: 'x' },
      { credential: 'login', version: 'v2', value: 'y' },
    ]);
    place([], ['token']);
    expect(run(takenOverScript('hello')).stderr).toBe('');
    expect(version('login')).toBe('v2\n');
    expect(existsSync(path.join(root, 'unde/services/hello/secrets/token'))).toBe(false);
    rmSync(path.join(root, 'unde'), { recursive: true });
    expect(run(takenOverScript('hello')).status).toBe(0);
  });

  it('keeps the old value, and its version, where sealing fails', () => {
    place([{ credential: 'token', version: 'v1', value: 'old' }]);
    writeFileSync(path.join(root, 'broken'), '');
    expect(place([{ credential: 'token', version: 'v2', value: 'new' }]).status).not.toBe(0);
    expect(sealed('token')).toContain(Buffer.from('old').toString('base64'));
    expect(version('token')).toBe('v1 not taken over\n');
  });
});
