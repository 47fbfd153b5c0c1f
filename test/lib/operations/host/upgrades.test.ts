import { describe, expect, it } from 'vitest';
import { patchScript, upgradesScript } from '../../../../src/lib/operations/host/patch-script.ts';
import { describeUpgrades, wantedUpgrades } from '../../../../src/lib/operations/host/upgrades.ts';
import { syntaxErrors } from '../../common/shell/bash.ts';

const LINES = [
  'Inst linux-image-6.12.48+deb13-amd64 (6.12.48-1 Debian-Security:13/stable-security [amd64])',
  'Inst linux-image-amd64 [6.12.43-1] (6.12.48-1 Debian-Security:13/stable-security [amd64])',
  'Inst tzdata [2025a-1] (2025b-1 Debian:13.1/stable [all])',
  'Conf tzdata (2025b-1 Debian:13.1/stable [all])',
  'end',
];

describe('the packages that are renewed', () => {
  it('are those that are there; new ones come with those that need them', () => {
    expect(wantedUpgrades(LINES, 'all').map(({ name }) => name)).toEqual(['linux-image-amd64', 'tzdata']);
    expect(wantedUpgrades(LINES, 'security').map(({ name }) => name)).toEqual(['linux-image-amd64']);
  });

  it('are told in a few words', () => {
    expect(describeUpgrades(wantedUpgrades(LINES, 'all'))).toBe(
      '2 packages (1 security): linux-image-amd64 6.12.48-1, tzdata 2025b-1',
    );
    expect(describeUpgrades(wantedUpgrades(LINES, 'security'))).toBe(
      '1 package (security): linux-image-amd64 6.12.48-1',
    );
    const many = Array.from({ length: 9 }, (_, index) => ({
      name: `p${index}`,
      from: '1',
      to: '2',
      security: false,
    }));
    expect(describeUpgrades(many)).toBe('9 packages: p0 2, p1 2, p2 2, p3 2, p4 2, p5 2, …');
  });

  it('are renewed to exactly what was shown, and nothing is removed', () => {
    const script = patchScript(wantedUpgrades(LINES, 'all'));
    expect(script).toContain('install linux-image-amd64=6.12.48-1 tzdata=2025b-1 ');
    expect(script).toContain('--no-remove');
    expect(syntaxErrors(script)).toBe('');
    expect(syntaxErrors(upgradesScript())).toBe('');
  });
});
