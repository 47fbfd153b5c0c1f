import { UndeError } from '../common/error/unde-error.ts';

/** The parts of `lab exec`'s command line. */
export interface ExecLine {
  readonly host: string | undefined;
  /** What stands behind the two dashes, untouched. */
  readonly command: readonly string[];
  /** The flags of `lab exec` itself. */
  readonly own: string[];
}

/**
 * Splits `[HOST] [flags] -- COMMAND...` at the two dashes.
 *
 * @throws UndeError USAGE
 */
export function splitExec(argv: readonly string[]): ExecLine {
  const dashes = argv.indexOf('--');
  const before = dashes === -1 ? [...argv] : argv.slice(0, dashes);
  const command = dashes === -1 ? [] : argv.slice(dashes + 1);
  const own: string[] = [];
  const hosts: string[] = [];
  for (let index = 0; index < before.length; index++) {
    const word = before[index] as string;
    if (!word.startsWith('-')) hosts.push(word);
    else {
      own.push(word);
      const value = before[index + 1];
      if (['-n', '--name'].includes(word) && value !== undefined) {
        own.push(value);
        index++;
      }
    }
  }
  if (hosts.length > 1) {
    throw new UndeError({
      code: 'USAGE',
      message: `one host at most, not ${hosts.length}: ${hosts.join(', ')}`,
      exit: 'usage',
      hint: `put the command behind two dashes: unde lab exec ${hosts[0]} -- ${hosts.slice(1).join(' ')}`,
    });
  }
  return { host: hosts[0], command, own };
}
