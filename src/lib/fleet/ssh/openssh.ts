import { quote } from '../../common/shell/quote.ts';
import { assertMayDial } from '../../common/dial/dial.ts';
import type { SshTarget } from './target.ts';

/**
 * The argument vector of the system's OpenSSH for interactive work on a host: same key, same pinned host keys, same
 * jump hosts as every other connection. Hardware keys, certificates and ~/.ssh/config work here.
 *
 * @throws UndeError OUTSIDE_LAB
 */
export function opensshCommand(target: SshTarget, command: readonly string[]): string[] {
  assertMayDial(target.context, target.address);
  return [
    ...options(target),
    `${target.user}@${target.address}`,
    ...(command.length === 0 ? [] : ['--', ...command]),
  ];
}

function options(target: SshTarget): string[] {
  return [
    'ssh',
    // The operator's own configuration must not lead a lab's connection elsewhere.
    ...(target.context.name === 'lab' ? ['-F', 'none'] : []),
    `-oUserKnownHostsFile=${target.knownHostsFile}`,
    '-oStrictHostKeyChecking=yes',
    `-oConnectTimeout=${Math.ceil(target.timeoutMs / 1000)}`,
    ...(target.identityFile === undefined ? [] : ['-i', target.identityFile, '-oIdentitiesOnly=yes']),
    `-p${target.port}`,
    ...(target.jump === undefined ? [] : [`-oProxyCommand=${proxyCommand(target.jump, target)}`]),
  ];
}

/** The way through a jump host. `-J` would start an ssh that knows neither our key nor our pinned host keys. */
function proxyCommand(jump: SshTarget, target: SshTarget): string {
  assertMayDial(jump.context, jump.address);
  const words = [...options(jump), '-W', `${target.address}:${target.port}`, `${jump.user}@${jump.address}`];
  return words.map(quote).join(' ').replaceAll('%', '%%');
}
