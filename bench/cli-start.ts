import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { median, type Bench, type Measurement } from './bench.ts';

const ROUNDS = 25;
const AIM = 2.2;

const root = path.resolve(import.meta.dirname, '..');
const run = promisify(execFile);

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'cli-start-help': ['--help'],
  'cli-start-list': ['inventory', 'list'],
};

/** What an operator waits for before anything happens: the launcher, Node, oclif and one short command. */
export const bench: Bench = {
  name: 'cli-start',
  what: 'unde --help and unde inventory list, against the same Node doing nothing',
  async run({ smoke }) {
    const rounds = smoke ? 1 : ROUNDS;
    const node = path.join(root, 'node_modules/node/bin/node');
    const unde = path.join(root, 'bin/unde');
    const programs = new Map<string, [string, readonly string[]]>([
      ['node', [node, ['-e', '0']]],
      ...Object.entries(COMMANDS).map(([name, args]): [string, [string, readonly string[]]] => [
        name,
        [unde, args],
      ]),
    ]);
    const times = new Map([...programs.keys()].map((name): [string, number[]] => [name, []]));
    // The first round only fills the caches. The programs take turns, so that all see the same machine.
    for (let round = 0; round <= rounds; round++) {
      for (const [name, [file, args]] of programs) {
        const started = performance.now();
        await run(file, args, { cwd: root, env: { ...process.env, NO_COLOR: '1' } });
        if (round > 0) times.get(name)?.push(performance.now() - started);
      }
    }
    const reference = median(times.get('node') ?? []);
    return Object.keys(COMMANDS).map((name): Measurement => {
      const value = median(times.get(name) ?? []);
      const ratio = value / reference;
      return {
        name,
        value,
        unit: 'ms',
        reference,
        ratio,
        aim: `ratio <= ${AIM}`,
        holds: ratio <= AIM,
        note: `unde ${COMMANDS[name]?.join(' ')}, median of ${rounds}; node -e 0 in turn`,
      };
    });
  },
};
