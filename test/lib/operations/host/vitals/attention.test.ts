import { describe, expect, it } from 'vitest';
import {
  newerKernel,
  noticesOf,
  systemSupport,
  wantsReboot,
} from '../../../../../src/lib/operations/host/vitals/attention.ts';
import { vitals } from './fixture.ts';

function told(parts: Parameters<typeof vitals>[0], skew = 0): string[] {
  return noticesOf(vitals(parts), skew).map(({ code, text }) => `${code} ${text}`);
}

describe('what an operator should see to', () => {
  it('is nothing on a host that is well', () => {
    expect(told({})).toEqual([]);
  });

  it.each([
    [{ updates: { all: 7, security: 1, listsAgeSeconds: 0 } }, 'SECURITY_UPDATES 1 security update'],
    [{ updates: { all: 7, security: 0, listsAgeSeconds: 0 } }, 'UPDATES 7 updates'],
    [
      { updates: { all: 0, security: 0, listsAgeSeconds: 8.5 * 86_400 } },
      'LISTS_OLD its package lists are 8 days old',
    ],
    [{ updates: undefined }, 'LISTS_MISSING no package lists, so nobody knows of updates'],
    [{ diskAvailableBytes: 10e9 }, 'DISK_FULL its disk is 90 % full'],
    [{ memoryAvailableBytes: 0.4e9 }, 'MEMORY_SHORT 5 % of its memory is left'],
    [
      { rebootRequired: true, rebootPackages: ['libc6', 'dbus'] },
      'REBOOT_PENDING a restart for libc6 and dbus',
    ],
    [{ rebootRequired: true }, 'REBOOT_PENDING a restart'],
    [
      {
        outdatedUnits: ['cron.service', 'dbus.service', 'ssh.service', 'unde-embedder.service'],
      },
      'LIBRARIES_REPLACED cron, dbus, ssh and 1 more run replaced libraries',
    ],
    [{ drained: { at: 0, by: 'kim@ops', why: 'new disk' } }, 'DRAINED drained by kim@ops: new disk'],
    [
      { osVersion: '12', osName: 'Debian GNU/Linux 12' },
      'SYSTEM_OLD Debian GNU/Linux 12 is the release before ours',
    ],
    [{ osId: 'fedora', osName: 'Fedora 43' }, 'SYSTEM_UNSUPPORTED Fedora 43 is not one of ours'],
  ])('%j', (parts, notice) => {
    expect(told(parts)).toEqual([notice]);
  });

  it.each([
    [2.5, 'CLOCK_SKEW its clock is 2.5 s ahead'],
    [-3600, 'CLOCK_SKEW its clock is 3600.0 s behind'],
  ])('is a clock that is off by %d s', (skew, notice) => {
    expect(told({}, skew)).toEqual([notice]);
  });

  it('is told the most pressing first', () => {
    const codes = noticesOf(
      vitals({
        rebootRequired: true,
        diskAvailableBytes: 1e9,
        updates: { all: 1, security: 1, listsAgeSeconds: 0 },
      }),
      60,
    ).map(({ code }) => code);
    expect(codes).toEqual(['CLOCK_SKEW', 'DISK_FULL', 'SECURITY_UPDATES', 'REBOOT_PENDING']);
  });
});

describe('a newer kernel', () => {
  const running = '6.12.43+deb13-amd64';
  it.each([
    [[running], undefined],
    [[], undefined],
    [['6.12.41+deb13-amd64', running], undefined],
    [[running, '6.12.48+deb13-amd64'], '6.12.48+deb13-amd64'],
    // Another flavour is no newer version of this one.
    [[running, '6.12.48+deb13-cloud-amd64'], undefined],
    [[running, '6.12.48+deb13-amd64', '6.13.1+deb13-rt-amd64'], '6.12.48+deb13-amd64'],
  ])('of %j is %s', (installedKernels, newer) => {
    expect(newerKernel(vitals({ kernel: running, installedKernels }))).toBe(newer);
    expect(wantsReboot(vitals({ kernel: running, installedKernels }))).toBe(newer !== undefined);
  });

  it('of Ubuntu is of its flavour, too', () => {
    const installedKernels = ['6.8.0-40-generic', '6.8.0-41-generic', '6.8.0-41-lowlatency'];
    expect(newerKernel(vitals({ kernel: '6.8.0-40-generic', installedKernels }))).toBe('6.8.0-41-generic');
  });

  it('is told in place of the packages that brought it', () => {
    const installedKernels = [running, '6.12.48+deb13-amd64'];
    expect(
      told({
        kernel: running,
        installedKernels,
        rebootRequired: true,
        rebootPackages: ['linux-image-6.12.48+deb13-amd64', 'libc6'],
      }),
    ).toEqual(['REBOOT_PENDING a restart for kernel 6.12.48+deb13-amd64 and libc6']);
  });
});

describe('the systems that are ours', () => {
  it.each([
    ['debian', '13', 'yes'],
    ['ubuntu', '24.04', 'yes'],
    ['debian', '12', 'old'],
    ['ubuntu', '22.04', 'no'],
    ['debian', '', 'no'],
  ])('%s %s: %s', (osId, osVersion, support) => {
    expect(systemSupport({ osId, osVersion })).toBe(support);
  });
});
