import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseVitals } from '../../../../../src/lib/operations/host/vitals/vitals-parse.ts';
import { vitalsScript } from '../../../../../src/lib/operations/host/vitals/vitals-script.ts';
import { bash } from '../../../common/shell/bash.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'unde-vitals-'));
  write('etc/os-release', 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_ID="13"\nID=debian\n');
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text: string, mode = 0o644): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text, { mode });
}

/** Runs the real script; folders of this machine that matter are replaced by the test's own. */
function ask() {
  const folders = [
    '/etc/os-release',
    '/boot/',
    '/run/reboot',
    '/var/lib/apt',
    '/var/lib/postgresql',
    '/var/lib/unde',
  ];
  const script = folders.reduce((text, folder) => text.replaceAll(folder, root + folder), vitalsScript());
  return parseVitals(bash(script.replaceAll('apt-get -s', `${root}/apt-get -s`)).stdout);
}

describe('the vitals of a host', () => {
  it('that has nothing but its system', () => {
    expect(ask()).toMatchObject({
      osId: 'debian',
      osVersion: '13',
      osName: 'Debian GNU/Linux 13 (trixie)',
      installedKernels: [],
      rebootRequired: false,
      updates: undefined,
      ledger: [],
      drained: undefined,
      postgres: undefined,
    });
    expect(ask().uptimeSeconds).toBeGreaterThan(0);
    expect(ask().memoryTotalBytes).toBeGreaterThan(1e8);
    expect(Math.abs(ask().now - Date.now() / 1000)).toBeLessThan(5);
  });

  it('count what apt says, as soon as there are package lists', () => {
    write('var/lib/apt/lists/deb.debian.org_debian_dists_trixie_main_binary-amd64_Packages', '');
    write(
      'apt-get',
      `#!/bin/sh
echo 'Reading package lists...'
echo 'Inst tzdata [2025a] (2025b Debian:13.1/stable [all])'
echo 'Inst libssl3t64 [3.5.1-1] (3.5.1-1+deb13u1 Debian-Security:13/stable-security [amd64])'
`,
      0o755,
    );
    expect(ask().updates).toMatchObject({ all: 2, security: 1 });
    expect(ask().updates?.listsAgeSeconds).toBeLessThan(30);
  });

  it('tell kernels in the order of their versions, the running one among them', () => {
    for (const name of ['6.12.9+deb13-amd64', '6.12.48+deb13-amd64', '6.12.5+deb13-amd64']) {
      write(`boot/vmlinuz-${name}`, '');
    }
    const { installedKernels, kernel } = ask();
    expect(installedKernels.filter((name) => name !== kernel)).toEqual([
      '6.12.5+deb13-amd64',
      '6.12.9+deb13-amd64',
      '6.12.48+deb13-amd64',
    ]);
    expect(installedKernels).toContain(kernel);
  });

  it('tell who asked for a restart, who drained it, what its PostgreSQL is, and the ledger', () => {
    write('run/reboot-required', '*** System restart required ***\n');
    write('run/reboot-required.pkgs', 'libc6\nlinux-image-amd64\nlibc6\n');
    write('var/lib/unde/drained', '1772366400\nkim@ops\nnew\tdisk\nunde-embedder.service\n');
    write('var/lib/unde/ledger.jsonl', '{"a":1}\n{"b":2}\n');
    write('var/lib/postgresql/17/main/PG_VERSION', '17');
    expect(ask()).toMatchObject({
      rebootRequired: true,
      rebootPackages: ['libc6', 'linux-image-amd64'],
      drained: { at: 1772366400, by: 'kim@ops', why: 'new disk' },
      ledger: ['{"a":1}', '{"b":2}'],
      postgres: 'primary',
    });
    write('var/lib/postgresql/17/main/standby.signal', '');
    expect(ask().postgres).toBe('replica');
  });

  it('are not trusted when the answer stops before its end', () => {
    expect(() => parseVitals('os\tdebian\t13\thost\n')).toThrowError(/not with what was asked/);
  });
});
