import { spawn } from 'node:child_process';
import path from 'node:path';
import { type Guide, type Step, type Tour, TourError } from './tour.ts';

/** Where a tour is shown. */
export interface Stage {
  readonly root: string;
  readonly write: (text: string) => void;
  /** Whether the output may have colours. */
  readonly colours: boolean;
}

/** What a command did that the tour says otherwise; `undefined` where it did what it should. A pure function. */
export function lie(
  command: string,
  { code, output }: { readonly code: number; readonly output: string },
  { ends = 0, shows = [] }: Pick<Step, 'ends' | 'shows'>,
): string | undefined {
  if (code !== ends) return `"${command}" ended with ${code}, not with ${ends}`;
  const missing = shows.find((pattern) => !pattern.test(output));
  return missing === undefined ? undefined : `"${command}" did not show ${String(missing)}`;
}

/** A guide who types for real. */
export function guideOf(tour: Pick<Tour, 'environment'>, { root, write, colours }: Stage): Guide {
  const env = {
    ...process.env,
    ...tour.environment,
    PATH: `${path.join(root, 'bin')}:${process.env['PATH'] ?? ''}`,
    ...(colours ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
  };
  return {
    type: async (command, expected = {}) => {
      write(`\n${bold(`$ ${command}`, colours)}\n`);
      const answer = await shell(command, env, root, write);
      const wrong = lie(command, answer, expected);
      if (wrong !== undefined) throw new TourError(wrong);
      return answer.output;
    },
  };
}

function shell(command: string, env: NodeJS.ProcessEnv, cwd: string, write: (text: string) => void) {
  return new Promise<{ code: number; output: string }>((resolve) => {
    const child = spawn('bash', ['-c', command], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        write(text);
      });
    }
    child.on('close', (code) => resolve({ code: code ?? -1, output: withoutColours(output) }));
  });
}

function withoutColours(text: string): string {
  // oxlint-disable-next-line no-control-regex -- colours begin with one
  return text.replaceAll(/\u001B\[[\d;]*m/g, '');
}

/** Bold where there are colours. */
export function bold(text: string, colours: boolean): string {
  return colours ? `\u001B[1m${text}\u001B[0m` : text;
}
