import { describe, expect, it } from 'vitest';
import { opensshCommand } from '../../../../src/lib/fleet/ssh/openssh.ts';
import type { SshTarget } from '../../../../src/lib/fleet/ssh/target.ts';

const target: SshTarget = {
  context: { name: 'lab', lab: 'default', from: '--context' },
  host: 'scraper',
  address: '198.18.0.3',
  port: 22,
  user: 'root',
  identityFile: '/keys/operator',
  knownHostsFile: '/keys/known_hosts',
  jump: undefined,
  timeoutMs: 2500,
};

describe('opensshCommand', () => {
  it('has the pinned keys and nothing of the operator’s own configuration in the lab', () => {
    const argv = opensshCommand(target, ['systemctl', 'status']);
    expect(argv.slice(0, 3)).toEqual(['ssh', '-F', 'none']);
    expect(argv).toContain('-oStrictHostKeyChecking=yes');
    expect(argv).toContain('-oUserKnownHostsFile=/keys/known_hosts');
    expect(argv).toContain('-oConnectTimeout=3');
    expect(argv.slice(-4)).toEqual(['root@198.18.0.3', '--', 'systemctl', 'status']);
  });

  it('refuses an address outside the lab', () => {
    expect(() => opensshCommand({ ...target, address: '10.1.0.2' }, [])).toThrow(
      expect.objectContaining({ code: 'OUTSIDE_LAB' }),
    );
    const jump = { ...target, address: '10.1.0.2' };
    expect(() => opensshCommand({ ...target, jump }, [])).toThrow(
      expect.objectContaining({ code: 'OUTSIDE_LAB' }),
    );
  });
});
