import { describe, expect, it } from 'vitest';
import { manifest } from '../../../src/platform/pgbouncer/manifest.ts';
import { syntaxErrors } from '../../lib/common/shell/bash.ts';
import { shippedScope, textOf } from '../../lib/desired/scope/shipped-scope.ts';

const scope = await shippedScope('pgbouncer');

describe('what is rendered for PgBouncer', () => {
  it('is for the database of the PostgreSQL beside it, under the host’s own address', () => {
    expect(scope.host.name).toBe('production-db');
    const config = textOf(manifest, scope, '/etc/pgbouncer/unde.ini');
    expect(config).toContain('unde_ai = host=');
    expect(config).toContain('listen_addr = 127.0.0.1,10.1.1.2\n');
  });

  it('runs it as a user of its own, who is there before it starts', () => {
    const dropIn = textOf(manifest, scope, '/etc/systemd/system/pgbouncer.service.d/unde.conf');
    expect(dropIn).toMatch(/^User=pgbouncer$/m);
    expect(dropIn).toMatch(/^Requires=unde-pgbouncer-user.service$/m);
  });

  it('is sound bash', () => {
    for (const { path, content } of manifest.files(scope)) {
      if (content.startsWith('#!/bin/bash')) expect(syntaxErrors(content), path).toBe('');
    }
  });

  it('makes no sense where no PostgreSQL is', async () => {
    const alone = { ...scope, host: { ...scope.host, services: ['pgbouncer'] } };
    expect(() => manifest.files(alone)).toThrow(
      expect.objectContaining({ code: 'NO_DATABASE', exit: 'config' }),
    );
  });
});
