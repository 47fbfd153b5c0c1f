import { UndeError } from '../../lib/common/error/unde-error.ts';
import type { RenderScope } from '../../lib/manifest/manifest.ts';
import type { RenderedFile } from '../../lib/manifest/rendered-file.ts';
import { RENDERED } from './rendered.ts';

/** Where the operators' public keys stand, by the account that they log in as. */
export const KEYS = '/etc/ssh/unde-operators';

/** sshd takes the first value that it meets: this file is read before anybody else's. */
export const SSHD_DROP_IN = '/etc/ssh/sshd_config.d/00-unde.conf';

/** The account that operators log in to. A lab's machines have root alone. */
export function accountOf({ host, context }: Pick<RenderScope, 'host' | 'context'>): string {
  const user = context === 'lab' ? 'root' : host.ssh.user;
  // It becomes part of file names and of sudo's rules.
  if (/^[a-z_][a-z0-9_-]{0,31}$/.test(user)) return user;
  throw new UndeError({
    code: 'BAD_SSH_USER',
    message: `"${user}", which ssh.user names for ${host.name}, cannot be the name of an account`,
    exit: 'config',
    where: { host: host.name },
    hint: 'lower-case letters, digits, - and _, a letter first',
  });
}

/** Renders who may log in, and how: by key alone, with the keys of the inventory's operators. */
export function renderAccess(scope: RenderScope): RenderedFile[] {
  const account = accountOf(scope);
  const { operators } = scope.inventory;
  return [
    { path: SSHD_DROP_IN, content: sshdConfig(scope, account), mode: 0o644 },
    ...(operators.length === 0
      ? []
      : [{ path: `${KEYS}/${account}`, content: authorizedKeys(scope), mode: 0o644 }]),
    ...(account === 'root'
      ? []
      : [
          {
            path: '/etc/sudoers.d/unde-operators',
            content: `${RENDERED}\n${account} ALL=(ALL:ALL) NOPASSWD: ALL\n`,
            mode: 0o440,
          },
        ]),
  ];
}

/** The lines of sshd's configuration that make access as it should be; `unde-base check` holds sshd to them. */
export function sshdSettings(scope: RenderScope): readonly (readonly [keyword: string, value: string])[] {
  const files = [
    ...(scope.inventory.operators.length === 0 ? [] : [`${KEYS}/%u`]),
    // Without operators in the inventory whoever's key is there already logs in; a lab has a key of its own there.
    ...(scope.inventory.operators.length === 0 || scope.context === 'lab' ? ['.ssh/authorized_keys'] : []),
  ];
  return [
    ['PermitRootLogin', accountOf(scope) === 'root' ? 'prohibit-password' : 'no'],
    ['PubkeyAuthentication', 'yes'],
    ['PasswordAuthentication', 'no'],
    ['KbdInteractiveAuthentication', 'no'],
    ['PermitEmptyPasswords', 'no'],
    ['AuthorizedKeysFile', files.join(' ')],
    ['LoginGraceTime', '30'],
    ['ClientAliveInterval', '30'],
    ['ClientAliveCountMax', '4'],
    ['X11Forwarding', 'no'],
    ['AllowAgentForwarding', 'no'],
    // Operators reach jump hosts, databases and services through what sshd forwards; nobody opens ports on the host by it.
    ['DisableForwarding', 'no'],
    ['AllowTcpForwarding', 'local'],
    ['AllowStreamLocalForwarding', 'local'],
    ['UseDNS', 'no'],
  ];
}

function sshdConfig(scope: RenderScope, account: string): string {
  return [
    RENDERED,
    `# Operators log in as ${account}, by key. Jump hosts, databases and services are reached by what sshd forwards.`,
    ...sshdSettings(scope).map(([keyword, value]) => `${keyword} ${value}`),
    '',
  ].join('\n');
}

function authorizedKeys({ inventory }: RenderScope): string {
  const lines = inventory.operators.flatMap(({ name, sshKeys }) => [`# ${name}`, ...sshKeys]);
  return [RENDERED, ...lines, ''].join('\n');
}
