import { assertMayDial } from '../net/dial.ts';
import type { Target } from './target.ts';

/**
 * The argument vector of the system's OpenSSH for interactive work on a host: same key, same pinned host keys, same
 * jump hosts as every other connection. Hardware keys, certificates and ~/.ssh/config work here.
 *
 * @throws UndeError OUTSIDE_LAB
 */
export function opensshCommand(target: Target, command: readonly string[]): string[] {
  assertMayDial(target.context, target.address);
  if (target.jump !== undefined) assertMayDial(target.jump.context, target.jump.address);
  const lab = target.context.name === 'lab';
  return [
    'ssh',
    // The operator's own configuration must not lead a lab's connection elsewhere.
    ...(lab ? ['-F', 'none'] : []),
    `-oUserKnownHostsFile=${target.knownHostsFile}`,
    '-oStrictHostKeyChecking=yes',
    `-oConnectTimeout=${Math.ceil(target.timeoutMs / 1000)}`,
    ...(target.identityFile === undefined ? [] : ['-i', target.identityFile, '-oIdentitiesOnly=yes']),
    `-p${target.port}`,
    ...(target.jump === undefined
      ? []
      : [`-J${target.jump.user}@${target.jump.address}:${target.jump.port}`]),
    `${target.user}@${target.address}`,
    ...(command.length === 0 ? [] : ['--', ...command]),
  ];
}
