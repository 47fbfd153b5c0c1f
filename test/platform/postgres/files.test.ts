import { beforeAll, describe, expect, it } from 'vitest';
import type { Manifest, RenderScope } from '../../../src/lib/manifest/manifest.ts';
import type { RenderedFile } from '../../../src/lib/manifest/rendered-file.ts';
import { perHost } from '../../../src/lib/manifest/per-host.ts';
import { manifest } from '../../../src/platform/postgres/manifest.ts';
import { syntaxErrors } from '../../lib/common/shell/bash.ts';
import { shippedScope } from '../../lib/desired/scope/shipped-scope.ts';

const gateway = {
  name: 'ximilar-gw',
  databases: [
    { database: 'production', role: 'ximilar_gw', title: 'Production DB password (pgvector read)' },
  ],
} as unknown as Manifest;

let scope: RenderScope;
let files: readonly RenderedFile[];
beforeAll(async () => {
  // The first host with postgres, as the inventory has it.
  scope = await shippedScope('postgres', { manifests: [gateway] });
  files = manifest.files(scope);
});

const text = (path: string) => files.find((file) => file.path === path)?.content ?? '';

describe('what is rendered for PostgreSQL', () => {
  it('is for the production database on its host', () => {
    expect(scope.host.name).toBe('production-db');
    expect(text('/etc/postgresql/17/main/postgresql.conf')).toContain("shared_buffers = '16GB'");
    expect(text('/usr/local/lib/unde/postgres-cluster.sql')).toContain('CREATE DATABASE unde_ai ');
    expect(text('/var/lib/prometheus/node-exporter/unde-postgres.prom')).toContain('database="production"');
  });

  it('is sound bash', () => {
    const scripts = files.filter(({ content }) => content.startsWith('#!/bin/bash'));
    expect(scripts.length).toBe(4);
    for (const { path, content, mode } of scripts) {
      expect(syntaxErrors(content), path).toBe('');
      expect(mode, path).toBe(0o755);
    }
  });

  it('sets up a login for every consumer', () => {
    const setup = text('/usr/local/lib/unde/postgres-setup');
    const roles = /^roles=\((.*)\)$/m.exec(setup ?? '')?.[1]?.split(' ') ?? [];
    const credentials = /^role_credentials=\((.*)\)$/m.exec(setup ?? '')?.[1]?.split(' ') ?? [];
    expect(credentials[roles.indexOf('ximilar_gw')]).toBe('db-production-ximilar-gw');
  });

  it("keeps Debian's units away from the cluster", () => {
    expect(text('/etc/postgresql/17/main/start.conf')).toBe('disabled\n');
    expect(text('/etc/systemd/system/unde-postgres.service')).toContain(
      'Conflicts=postgresql@17-main.service',
    );
  });

  it('is the same every time', () => {
    expect(manifest.files(scope)).toEqual(files);
  });
});

describe('the secrets of PostgreSQL', () => {
  it('are its certificate, and of logins only what verifies them', () => {
    const [certificate, ...logins] = perHost(manifest.secrets, scope) ?? [];
    expect(certificate).toMatchObject({
      secret: 'postgres-certificate-production-db',
      kind: 'certificate',
      onChange: 'reload',
    });
    expect(logins.map(({ secret }) => secret)).toContain('db-production-ximilar-gw');
    for (const login of logins) {
      expect(login).toMatchObject({ kind: 'database-login', form: 'scram-sha-256', onChange: 'reload' });
    }
    expect(certificate?.certificate).toEqual({
      commonName: 'production-db',
      names: ['production-db', 'localhost'],
      addresses: ['10.1.1.2', '127.0.0.1'],
      usage: ['server'],
    });
  });
});

describe('the jobs of PostgreSQL', () => {
  it('clean up in staging, at the hour of the schedule, and nowhere else', () => {
    const jobs = (database: string) =>
      perHost(manifest.jobs, { ...scope, settings: { ...scope.settings, database } });
    expect(jobs('production')).toEqual([]);
    expect(jobs('staging')).toMatchObject([
      { name: 'cleanup_old_data', calendar: '*-*-* 04:00:00', user: 'postgres' },
    ]);
  });
});
