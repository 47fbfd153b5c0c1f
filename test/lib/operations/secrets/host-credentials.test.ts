import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  LIST_CREDENTIALS,
  parseCredentials,
  versionOnHost,
} from '../../../../src/lib/operations/secrets/host-credentials.ts';
import { testFolder } from '../../secrets/folder-store.ts';

describe('the credentials of a host', () => {
  it('are listed by service and name, with the version that was written down', () => {
    const root = testFolder();
    const versions = path.join(root, 'unde/services/redis/secrets');
    const store = path.join(root, 'credstore.encrypted');
    mkdirSync(versions, { recursive: true });
    mkdirSync(store);
    for (const name of [
      'unde.redis.login',
      'unde.redis.login.next',
      'unde.local-app.token',
      'unde.redis.x.new',
      'own',
    ]) {
      writeFileSync(path.join(store, name), 'sealed');
    }
    writeFileSync(path.join(versions, 'login'), 'v1\n');
    writeFileSync(path.join(versions, 'login.next'), 'v2 not taken over\n');
    const script = LIST_CREDENTIALS.replaceAll('/etc/credstore', `${root}/credstore`).replaceAll(
      '/var/lib/unde',
      `${root}/unde`,
    );
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const found = parseCredentials('push', stdout);
    expect(found).toEqual([
      { host: 'push', service: 'local-app', credential: 'token', version: '' },
      { host: 'push', service: 'redis', credential: 'login', version: 'v1' },
      { host: 'push', service: 'redis', credential: 'login.next', version: 'v2 not taken over' },
    ]);
    expect(versionOnHost(found, { host: 'push', service: 'redis', credential: 'login' })).toBe('v1');
    expect(versionOnHost(found, { host: 'gw', service: 'redis', credential: 'login' })).toBeUndefined();
  });
});
