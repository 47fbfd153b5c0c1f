import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/lib/manifest/manifest.ts';
import { manifest } from '../../../src/platform/base/manifest.ts';
import { syntaxErrors } from '../../lib/common/shell/bash.ts';
import { baseScope, rendered } from './base-scope.ts';

const UPDATES = '/etc/apt/apt.conf.d/52unde';
const SCRIPT = '/usr/local/lib/unde/base';

const DATABASE = {
  kind: 'platform',
  name: 'database',
  unit: 'postgresql@17-main.service',
  packages: ['postgresql-17', 'libstdc++6'],
  rolling: 'primary-replica',
} as unknown as Manifest;
const EXPORTER = {
  ...DATABASE,
  name: 'exporter',
  packages: ['an-exporter'],
  rolling: 'independent',
} as Manifest;

/** What apt makes of the rendered file behind one that its package ships. */
function aptConfig(text: string): string[] {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'unde-apt-'));
  try {
    const shipped = 'Unattended-Upgrade::Allowed-Origins { "${distro_id}:${distro_codename}"; };\n';
    writeFileSync(path.join(folder, 'both'), shipped + text);
    const { stdout, stderr } = spawnSync('apt-config', ['dump'], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', APT_CONFIG: path.join(folder, 'both') },
    });
    expect(stderr).toBe('');
    return stdout.split('\n').filter((line) => line.startsWith('Unattended-Upgrade'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('security updates', () => {
  it('come from the security archives alone, and never restart the host', () => {
    const lines = aptConfig(rendered(baseScope(), UPDATES) ?? '');
    const origins = lines.filter((line) =>
      /^Unattended-Upgrade::(Origins-Pattern|Allowed-Origins)::/.test(line),
    );
    expect(origins).toHaveLength(4);
    for (const origin of origins) expect(origin).toContain('-security');
    expect(lines).toContain('Unattended-Upgrade::Automatic-Reboot "false";');
  });

  it('leave packages of services alone that must be moved one host at a time', () => {
    const scope = baseScope({ services: 'database, exporter', manifests: [DATABASE, EXPORTER] });
    const held = aptConfig(rendered(scope, UPDATES) ?? '').filter((line) => line.includes('Blacklist::'));
    expect(held).toEqual([
      String.raw`Unattended-Upgrade::Package-Blacklist:: "^libstdc\+\+6$";`,
      'Unattended-Upgrade::Package-Blacklist:: "^postgresql-17$";',
    ]);
    expect(rendered(scope, '/etc/needrestart/conf.d/unde.conf')).toContain(
      '$nrconf{override_rc}->{qr(^postgresql)} = 0;',
    );
  });

  it('hold nothing back on a host without such services', () => {
    const scope = baseScope({ services: 'exporter', manifests: [DATABASE, EXPORTER] });
    expect(aptConfig(rendered(scope, UPDATES) ?? '').filter((line) => line.includes('Blacklist::'))).toEqual(
      [],
    );
    expect(rendered(scope, '/etc/needrestart/conf.d/unde.conf')).toBeUndefined();
  });
});

describe('the clock, the journal and the kernel', () => {
  it("asks the provider's servers, where there are any, beside the package's pool", () => {
    expect(rendered(baseScope(), '/etc/chrony/sources.d/unde.sources')).toBeUndefined();
    const scope = baseScope({ settings: '{ ntp_servers: [ntp1.example, ntp2.example] }' });
    expect(rendered(scope, '/etc/chrony/sources.d/unde.sources')).toContain(
      'server ntp1.example iburst prefer\nserver ntp2.example iburst prefer\n',
    );
  });

  it('bounds the journal', () => {
    const scope = baseScope({ settings: '{ journal_megabytes: 200, journal_days: 7 }' });
    const text = rendered(scope, '/etc/systemd/journald.conf.d/50-unde.conf');
    expect(text).toContain('SystemMaxUse=200M');
    expect(text).toContain('MaxRetentionSec=7day');
  });

  it('sets the kernel without failing where it has no such setting', () => {
    const lines = (rendered(baseScope(), '/etc/sysctl.d/50-unde-base.conf') ?? '')
      .trim()
      .split('\n')
      .slice(1);
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) expect(line).toMatch(/^-[a-z0-9_.]+ = \d+$/);
  });
});

describe('the script', () => {
  it.each([baseScope(), baseScope({ user: 'ops' }), baseScope({ context: 'lab' })])(
    'is sound bash',
    (scope) => {
      const script = rendered(scope, SCRIPT) ?? '';
      expect(script.split('\n')[0]).toBe('#!/bin/bash');
      expect(syntaxErrors(script)).toBe('');
    },
  );

  it("sees to apt's timers, except in a lab, which has no way out", () => {
    expect(rendered(baseScope(), SCRIPT)).toMatch(/^timers=\(apt-daily\.timer /m);
    expect(rendered(baseScope({ context: 'lab' }), SCRIPT)).toMatch(/^timers=\(\)$/m);
  });

  it('sets the time zone of the inventory', () => {
    expect(rendered(baseScope(), SCRIPT)).toContain('/usr/share/zoneinfo/Europe/Helsinki');
  });

  it('is what the health check runs', () => {
    expect(manifest.health).toMatchObject({ command: `${SCRIPT} check` });
  });
});
