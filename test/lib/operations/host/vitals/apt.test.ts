import { describe, expect, it } from 'vitest';
import { parseUpgrade } from '../../../../../src/lib/operations/host/vitals/apt.ts';

describe('what apt would renew', () => {
  it.each([
    [
      'Inst libssl3t64 [3.5.1-1] (3.5.1-1+deb13u1 Debian-Security:13/stable-security [amd64])',
      { name: 'libssl3t64', from: '3.5.1-1', to: '3.5.1-1+deb13u1', security: true },
    ],
    [
      'Inst base-files [13.8] (13.8+deb13u1 Debian:13.1/stable [amd64])',
      { name: 'base-files', from: '13.8', to: '13.8+deb13u1', security: false },
    ],
    [
      'Inst openssl [3.0.13-0ubuntu3.4] (3.0.13-0ubuntu3.5 Ubuntu:24.04/noble-updates, Ubuntu:24.04/noble-security [amd64])',
      { name: 'openssl', from: '3.0.13-0ubuntu3.4', to: '3.0.13-0ubuntu3.5', security: true },
    ],
    [
      'Inst linux-image-6.12.48+deb13-amd64 (6.12.48-1 Debian-Security:13/stable-security [amd64])',
      { name: 'linux-image-6.12.48+deb13-amd64', from: undefined, to: '6.12.48-1', security: true },
    ],
  ])('%s', (line, upgrade) => {
    expect(parseUpgrade(line)).toEqual(upgrade);
  });

  it('is no package whose own name says security', () => {
    expect(parseUpgrade('Inst my-security [1] (2 Debian:13.1/stable [all])')?.security).toBe(false);
  });

  it.each(['Conf base-files (13.8 Debian:13.1/stable [amd64])', 'Reading package lists...', ''])(
    'is not told by "%s"',
    (line) => {
      expect(parseUpgrade(line)).toBeUndefined();
    },
  );
});
