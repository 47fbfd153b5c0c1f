import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { LAB_PROGRAMS, missingPackages } from '../../../src/lib/lab/requirements.ts';

const script = readFileSync(
  path.resolve(import.meta.dirname, '../../../scripts/install-lab-packages.sh'),
  'utf8',
);

describe('missingPackages', () => {
  it('names each package once, in order', () => {
    const names = missingPackages(() => false);
    expect(names).toContain('systemd-container');
    expect(names).toContain('debian-archive-keyring');
    expect(names).toEqual([...new Set(names)].sort());
  });

  it('finds programs in any of the usual folders', () => {
    expect(missingPackages((file) => file.startsWith('/usr/sbin/') || file.includes('keyring'))).toEqual([]);
    expect(missingPackages((file) => !file.endsWith('/nft'))).toEqual(['nftables']);
  });
});

describe('install-lab-packages.sh', () => {
  it('checks the same programs', () => {
    const needs = [...script.matchAll(/^need (\S+) (\S+)$/gm)].map(([, program = '', name = '']) => [
      program,
      name,
    ]);
    expect(Object.fromEntries(needs)).toEqual(LAB_PROGRAMS);
  });
});
