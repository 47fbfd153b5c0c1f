import { describe, expect, it } from 'vitest';
import {
  imageOf,
  lowerFolders,
  nspawnCommand,
  overlayOptions,
  renderAptSource,
  renderHostsFile,
} from '../../../src/lib/lab/machine.ts';

const fleet = { name: 'embedder', role: 'fleet' } as const;

describe('nspawnCommand', () => {
  const command = nspawnCommand('two', fleet, '/r', { hybrid: false, tun: true });

  it('boots in the machine’s own network namespace, under its own name', () => {
    expect(command).toContain('--network-namespace-path=/run/netns/unde-two-embedder');
    expect(command).toContain('--hostname=embedder');
    expect(command).toContain('--directory=/r');
  });

  it('takes nothing of this machine but the tunnel device', () => {
    expect(command.filter((word) => word.startsWith('--bind'))).toEqual(['--bind=/dev/net/tun']);
    expect(command).toContain('--settings=no');
    expect(command).toContain('--resolv-conf=off');
    expect(nspawnCommand('two', fleet, '/r', { hybrid: false, tun: false }).join(' ')).not.toContain(
      '--bind',
    );
  });

  it('forces version 1 controllers on systemd only where the machine has them', () => {
    const word = 'SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1';
    expect(command).not.toContain(word);
    expect(nspawnCommand('two', fleet, '/r', { hybrid: true, tun: true }).at(-1)).toBe(word);
  });

  it('gives only the mirror the packages, and only to read', () => {
    const mirror = nspawnCommand('two', { name: 'lab-mirror', role: 'mirror' }, '/r', {
      hybrid: false,
      tun: false,
    });
    expect(mirror.filter((word) => word.startsWith('--bind'))).toEqual([
      expect.stringMatching(/^--bind-ro=.*\/packages:\/srv\/mirror$/),
    ]);
  });
});

describe('imageOf', () => {
  it('gives a bare machine the base and nothing else', () => {
    const bare = imageOf({ role: 'fleet', bare: true });
    expect(bare).toEqual([expect.stringMatching(/\/base-[0-9a-f]{12}\/root$/)]);
    expect(imageOf({ role: 'fleet', bare: false })).toEqual([expect.stringContaining('/full-'), ...bare]);
    expect(imageOf({ role: 'objects', bare: false })).toEqual([
      expect.stringContaining('/objects-'),
      ...bare,
    ]);
  });
});

describe('files of a machine', () => {
  it('name every machine in /etc/hosts', () => {
    expect(renderHostsFile([{ name: 'push', address: '198.18.0.4' }])).toBe(
      '127.0.0.1 localhost\n::1 localhost ip6-localhost\n198.18.0.4 push\n',
    );
  });

  it('point apt at the mirror only, and at nothing where there is none', () => {
    expect(renderAptSource('198.18.240.2')).toBe(
      'Types: deb\nURIs: http://198.18.240.2/\nSuites: ./\nTrusted: yes\nLanguages: none\n',
    );
    expect(renderAptSource(undefined)).toBe('');
  });
});

describe('a machine’s overlay', () => {
  it('lies over the saved disks, and those over the image', () => {
    const lower = lowerFolders({ role: 'fleet', bare: true }, ['/saved/two', '/saved/one']);
    expect(lower).toMatch(/^\/saved\/two:\/saved\/one:.*\/base-[0-9a-f]{12}\/root$/);
  });

  it('writes nothing that a layer below another may not have', () => {
    expect(overlayOptions('/lower', { disk: '/d', work: '/w' })).toBe(
      'lowerdir=/lower,upperdir=/d,workdir=/w,index=off,metacopy=off,redirect_dir=off',
    );
  });
});
