import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostKeyAlgorithms, knownHostsName, pinnedKeys } from '../../../../src/lib/fleet/ssh/known-hosts.ts';

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIGjJh0S3y1WZ0q6Qm9nZ3sJ7b1vE4c6x8k2D5f0h9aBc';
const OTHER = 'AAAAC3NzaC1lZDI1NTE5AAAAIHnK9b2vE4c6x8k2D5f0h9aBcGjJh0S3y1WZ0q6Qm9nZ';

describe('pinnedKeys', () => {
  it('finds plain entries by address and port, in any list of names', () => {
    const text = `# comment\n\n10.1.0.2,scraper ssh-ed25519 ${KEY} operator\n[10.1.0.2]:2222 ssh-ed25519 ${OTHER}\n`;
    expect(pinnedKeys(text, '10.1.0.2', 22)).toEqual([{ type: 'ssh-ed25519', key: KEY, line: 3 }]);
    expect(pinnedKeys(text, '10.1.0.2', 2222)).toEqual([{ type: 'ssh-ed25519', key: OTHER, line: 4 }]);
    expect(pinnedKeys(text, '10.1.0.20', 22)).toEqual([]);
  });

  it('finds entries as OpenSSH hashes them', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'unde-known-'));
    const file = path.join(folder, 'known_hosts');
    writeFileSync(file, `10.1.0.2 ssh-ed25519 ${KEY}\n[10.1.0.3]:2222 ssh-ed25519 ${OTHER}\n`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain('10.1.0');
    expect(pinnedKeys(text, '10.1.0.2', 22).map(({ key }) => key)).toEqual([KEY]);
    expect(pinnedKeys(text, '10.1.0.3', 2222).map(({ key }) => key)).toEqual([OTHER]);
    expect(pinnedKeys(text, '10.1.0.3', 22)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('takes a revoked key from nobody, wherever it stands in the file', () => {
    const text = `10.1.0.2 ssh-ed25519 ${KEY}\n10.1.0.2 ssh-ed25519 ${OTHER}\n@revoked * ssh-ed25519 ${KEY}\n`;
    expect(pinnedKeys(text, '10.1.0.2', 22).map(({ key }) => key)).toEqual([OTHER]);
  });

  it('takes no certificate authority for a host key, and trips over nothing', () => {
    expect(pinnedKeys(`@cert-authority 10.1.0.2 ssh-ed25519 ${KEY}`, '10.1.0.2', 22)).toEqual([]);
    expect(pinnedKeys('10.1.0.2\n|1|only\n|1|a|b ssh-ed25519 x\n', '10.1.0.2', 22)).toEqual([]);
  });
});

describe('what is offered for the pins', () => {
  it('signs RSA with SHA-2 only, and offers nothing that is not pinned', () => {
    const pin = (type: string) => ({ type, key: '', line: 1 });
    expect(hostKeyAlgorithms([pin('ssh-ed25519'), pin('ssh-rsa'), pin('ssh-ed25519')])).toEqual([
      'ssh-ed25519',
      'rsa-sha2-512',
      'rsa-sha2-256',
    ]);
    expect(knownHostsName('10.1.0.2', 22)).toBe('10.1.0.2');
  });
});
