import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MachineEntry } from '../../src/lib/operations/host/vitals/host-entry.ts';
import { labSwitchNamespace, readLabState } from '../../src/lib/lab/state.ts';
import { TestFleet, type Answer } from './fleet.ts';

const FRESH = 'scraper';
const RENTED = 'push';
const PASSWORD = 'as-the-provider-mailed-it';
let fleet: TestFleet;

beforeAll(async () => {
  fleet = await TestFleet.up('hboot', [FRESH, RENTED], ['--bare']);
});
afterAll(async () => {
  await fleet?.down();
});

describe('unde host bootstrap of a bare machine', () => {
  it('makes it one of the fleet’s, and finds nothing to do the second time', async () => {
    const first = await fleet.ok('host', 'bootstrap', FRESH, '--no-diff');
    expect(first.stdout).toContain('package unattended-upgrades: absent → installed');
    const sshd = await fleet.on(FRESH, 'sshd -T');
    expect(sshd).toContain('passwordauthentication no');
    expect(sshd).toContain('x11forwarding no');
    expect(await fleet.on(FRESH, 'apt-config dump | grep Automatic-Reboot')).toBe(
      'Unattended-Upgrade::Automatic-Reboot "false";',
    );

    const again = await fleet.ok('host', 'bootstrap', FRESH, '--json');
    expect(again.json()).toMatchObject({ plan: [{ service: 'base', state: 'no change' }], rollouts: [] });
    await fleet.ok('drift', 'base+host:scraper');
  });

  it('finds a setting that somebody loosened, and puts it back', async () => {
    await fleet.console(
      FRESH,
      'sed -i "s/PasswordAuthentication no/PasswordAuthentication yes/" /etc/ssh/sshd_config.d/00-unde.conf',
    );
    await fleet.exits(9, 'drift', 'base+host:scraper');
    await fleet.ok('host', 'bootstrap', FRESH);
    expect(await fleet.on(FRESH, 'sshd -T | grep ^passwordauth')).toBe('passwordauthentication no');
  });

  it('lists it, with what it needs', async () => {
    const answer = await fleet.unde(['host', 'list', '--json']);
    const { hosts } = answer.json() as { hosts: MachineEntry[] };
    const entry = hosts.find(({ host }) => host === FRESH);
    expect(entry).toMatchObject({
      os: { id: 'debian', version: '13' },
      updates: { all: 0, security: 0 },
      attention: [],
      lastDeploy: { service: 'base', by: 'tester@bench', result: 'ok' },
    });
  });
});

/**
 * A server as a provider hands it out, with a password for root, and a production inventory that names it by its lab
 * address: from inside the lab's network there is nothing else to reach.
 */
describe('unde host bootstrap of a rented server', () => {
  let folder: string;
  let fingerprint: string;

  function inventory(changes: { readonly operator?: string } = {}): void {
    const key = readFileSync(path.join(folder, `${changes.operator ?? 'kim'}.pub`), 'utf8').trim();
    writeFileSync(
      path.join(folder, 'inventory.yaml'),
      `
ssh: { user: ops, identity_file: kim }
operators: { kim: { ssh: ['${key}'] } }
everywhere: [base]
sites:
  helsinki:
    network: 198.18.0.0/15
    phase: 1
    hosts:
      ${RENTED}: { id: H3, address: ${address}, status: create, task: queues }
`,
    );
  }
  let address: string;

  beforeAll(async () => {
    folder = path.join(fleet.directory, 'production');
    mkdirSync(folder);
    for (const name of ['kim', 'stranger']) {
      await execa('ssh-keygen', [
        '-q',
        '-t',
        'ed25519',
        '-N',
        '',
        '-C',
        `${name}@laptop`,
        '-f',
        path.join(folder, name),
      ]);
    }
    address = (await readLabState(fleet.lab))?.hosts.find(({ name }) => name === RENTED)?.address ?? '';
    inventory();
    const key = await fleet.console(RENTED, 'cat /etc/ssh/ssh_host_ed25519_key.pub');
    writeFileSync(path.join(folder, 'host.pub'), `${key}\n`);
    fingerprint =
      (await execa('ssh-keygen', ['-lf', path.join(folder, 'host.pub')])).stdout.split(' ')[1] ?? '';
    await fleet.console(
      RENTED,
      [
        `echo root:${PASSWORD} | chpasswd`,
        // Since 9.8 sshd shuts those out for minutes who fail to log in as often as this test does.
        "printf 'PermitRootLogin yes\\nPasswordAuthentication yes\\nUseDNS no\\nPerSourcePenalties no\\n' >/etc/ssh/sshd_config.d/lab.conf",
        'rm /root/.ssh/authorized_keys',
        // A provider's image has these running; the lab masks them, as it has no way out.
        'systemctl unmask apt-daily{,-upgrade}.{timer,service}; systemctl enable --now apt-daily.timer apt-daily-upgrade.timer',
        'systemctl restart ssh',
      ].join('; '),
    );
  });

  /** Runs a command of the CLI in the production context, where the lab's network is all that there is. */
  function production(args: readonly string[], input = ''): Promise<Answer> {
    const unde = path.resolve(import.meta.dirname, '../../bin/unde');
    const child = spawn(
      'nsenter',
      [`--net=/run/netns/${labSwitchNamespace(fleet.lab)}`, '--', unde, ...args],
      {
        env: {
          ...fleet.env,
          UNDE_CONTEXT: 'production',
          UNDE_INVENTORY: path.join(folder, 'inventory.yaml'),
          UNDE_SERVICES: '',
          SSH_AUTH_SOCK: '',
        },
      },
    );
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    return new Promise((resolve) => {
      child.on('close', (code) =>
        resolve({ code: code ?? -1, stdout, stderr, json: () => JSON.parse(stdout) as unknown }),
      );
    });
  }
  const bootstrap = (...flags: string[]) =>
    production(
      ['host', 'bootstrap', RENTED, '--user', 'root', '--password-stdin', '--yes', '--no-diff', ...flags],
      `${PASSWORD}\n`,
    );
  const pins = () => path.join(folder, 'known_hosts');

  it('trusts no key that nobody compared, whatever --yes says', async () => {
    const answer = await bootstrap();
    expect(answer.code).toBe(4);
    expect(answer.stderr).toContain('NEEDS_FINGERPRINT');
    expect(answer.stderr).toContain(fingerprint);
    expect(existsSync(pins())).toBe(false);
  });

  it('refuses another machine than the one that the operator saw', async () => {
    const answer = await bootstrap('--fingerprint', `SHA256:${'A'.repeat(43)}`);
    expect(answer.code).toBe(4);
    expect(answer.stderr).toContain('FINGERPRINT_MISMATCH');
    expect(existsSync(pins())).toBe(false);
  });

  it('refuses to shut its own operator out', async () => {
    inventory({ operator: 'stranger' });
    const answer = await bootstrap('--fingerprint', fingerprint);
    expect(answer.code).toBe(3);
    expect(answer.stderr).toContain('NOT_AN_OPERATOR');
    expect(answer.stderr).toContain(readFileSync(path.join(folder, 'kim.pub'), 'utf8').split(' ')[1]);
    expect(existsSync(pins())).toBe(false);
    inventory();
  });

  it('changes nothing where sshd would not start with it', async () => {
    // With passwords off, this rule of the provider's leaves no way to log in, and sshd says so.
    await fleet.console(
      RENTED,
      "echo 'AuthenticationMethods password' >/etc/ssh/sshd_config.d/50-provider.conf",
    );
    const answer = await bootstrap('--fingerprint', fingerprint);
    expect(answer.code, answer.stdout + answer.stderr).toBe(4);
    expect(answer.stderr).toContain('SSHD_REFUSES');
    expect(answer.stderr).toContain('AuthenticationMethods');
    expect(await fleet.console(RENTED, 'ls /var/lib/unde /etc/ssh/unde-operators 2>&1')).toContain(
      'cannot access',
    );
  });

  it('goes back by itself when the operators cannot log in afterwards, and the password works again', async () => {
    await fleet.console(RENTED, "echo 'AllowUsers root' >/etc/ssh/sshd_config.d/50-provider.conf");
    const answer = await bootstrap('--fingerprint', fingerprint);
    expect(answer.code, answer.stdout + answer.stderr).toBe(7);
    expect(answer.stdout + answer.stderr).toContain('does not accept the key for ops');
    const after = await fleet.console(
      RENTED,
      'ls /etc/ssh/sshd_config.d; ls /var/lib/unde/services/base; sshd -T | grep -E "^(passwordauth|permitroot)"; systemctl is-active ssh',
    );
    expect(after).not.toContain('00-unde.conf');
    expect(after).not.toContain('pending');
    expect(after).toContain('permitrootlogin yes\npasswordauthentication yes\nactive');
    await fleet.console(RENTED, 'rm /etc/ssh/sshd_config.d/50-provider.conf; systemctl restart ssh');
  });

  it('pins the key, lets the operators in, and nobody by password', async () => {
    const answer = await bootstrap('--fingerprint', fingerprint);
    expect(answer.code, answer.stdout + answer.stderr).toBe(0);
    expect(answer.stdout + answer.stderr).not.toContain(PASSWORD);
    expect(readFileSync(pins(), 'utf8')).toContain(`${address} ssh-ed25519 `);
    expect((await production(['exec', RENTED, '--yes', '--', 'id -un; echo $SUDO_USER'])).stdout.trim()).toBe(
      'root\nops',
    );
    const locked = await bootstrap();
    expect(locked.code, locked.stdout + locked.stderr).toBe(5);
    expect(locked.stderr).toContain('does not accept the password for root');
  });

  it('has nothing to do the second time, by the key alone', async () => {
    const answer = await production(['host', 'bootstrap', RENTED, '--json']);
    expect(answer.code, answer.stdout + answer.stderr).toBe(0);
    expect(answer.json()).toMatchObject({ fingerprint, plan: [{ state: 'no change' }], rollouts: [] });
  });
});
