import { describe, expect, it } from 'vitest';
import { manifest } from '../../../src/platform/base/manifest.ts';
import { ALEX, baseScope, KIM, rendered } from './base-scope.ts';

const SSHD = '/etc/ssh/sshd_config.d/00-unde.conf';

describe('who may log in', () => {
  it('is every operator of the inventory, by key, and nobody else', () => {
    const scope = baseScope({ operators: `{ kim: { ssh: ['${KIM}'] }, alex: { ssh: ['${ALEX}'] } }` });
    expect(rendered(scope, '/etc/ssh/unde-operators/root')?.split('\n').slice(1)).toEqual([
      '# kim',
      KIM,
      '# alex',
      ALEX,
      '',
    ]);
    expect(rendered(scope, SSHD)).toContain('\nAuthorizedKeysFile /etc/ssh/unde-operators/%u\n');
    expect(rendered(scope, SSHD)).toContain('\nPasswordAuthentication no\n');
    expect(rendered(scope, SSHD)).toContain('\nPermitRootLogin prohibit-password\n');
  });

  it('is whoever could before, where the inventory names no operators', () => {
    const scope = baseScope({ operators: '{}' });
    expect(rendered(scope, SSHD)).toContain('\nAuthorizedKeysFile .ssh/authorized_keys\n');
    expect(rendered(scope, '/etc/ssh/unde-operators/root')).toBeUndefined();
  });

  it("is a lab's own key beside the operators'", () => {
    expect(rendered(baseScope({ context: 'lab' }), SSHD)).toContain(
      '\nAuthorizedKeysFile /etc/ssh/unde-operators/%u .ssh/authorized_keys\n',
    );
  });

  it('is an account of their own with sudo, where the inventory logs in as one; root then never', () => {
    const scope = baseScope({ user: 'ops' });
    expect(rendered(scope, '/etc/ssh/unde-operators/ops')).toContain(KIM);
    expect(rendered(scope, '/etc/sudoers.d/unde-operators')).toContain('\nops ALL=(ALL:ALL) NOPASSWD: ALL\n');
    expect(manifest.files(scope).find(({ path }) => path.startsWith('/etc/sudoers.d/'))?.mode).toBe(0o440);
    expect(rendered(scope, SSHD)).toContain('\nPermitRootLogin no\n');
    expect(rendered(scope, '/usr/local/lib/unde/base')).toContain('\naccount=ops\n');
    // A lab's machines know root alone.
    expect(rendered(baseScope({ user: 'ops', context: 'lab' }), SSHD)).toContain(
      '\nPermitRootLogin prohibit-password\n',
    );
  });

  it.each(['ops ALL', '../x', 'Ops', '%wheel'])('is no account called "%s"', (user) => {
    expect(() => manifest.files(baseScope({ user: `"${user}"` }))).toThrowError(
      /cannot be the name of an account/,
    );
  });

  it('leaves operators what they reach services, databases and jump hosts by, and opens no port on the host', () => {
    for (const line of [
      'DisableForwarding no',
      'AllowTcpForwarding local',
      'AllowStreamLocalForwarding local',
      'AllowAgentForwarding no',
      'X11Forwarding no',
    ]) {
      expect(rendered(baseScope({}), SSHD)).toContain(`\n${line}\n`);
    }
  });

  it('stands before everything else that sshd reads', () => {
    expect(['00-unde.conf', '50-cloud-init.conf', 'lab.conf', '10-provider.conf'].toSorted()[0]).toBe(
      SSHD.split('/').at(-1),
    );
  });
});
