/** `make drill`, `make drill NAME=…`: runs a matrix of trials on lab machines, and records it in docs/drills.md. */
import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { renderTable } from '../src/lib/common/text/table.ts';
import { canBootLab } from '../src/lib/lab/requirements.ts';
import type { Drill } from './drill/drill.ts';
import { codeDigest, readProgress, removeProgress, resume, writeProgress } from './drill/progress.ts';
import type { Progress } from './drill/progress.ts';
import { writeRow } from './drill/record.ts';
import { parseCells, parseCount, planTrials } from './drill/selection.ts';
import { runTrials } from './drill/trials.ts';

const root = path.resolve(import.meta.dirname, '..');

/** Ends with: all that was done has passed, a trial failed, the command line is wrong, Ctrl-C. */
const ENDS = { well: 0, failed: 1, usage: 2, interrupted: 130 };

function refuse(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(ENDS.usage);
}

async function load(name: string): Promise<Drill> {
  const file = path.join(root, 'scripts/drills', `${name}.ts`);
  return ((await import(file)) as { drill: Drill }).drill;
}

function names(): string[] {
  return globSync('*.ts', { cwd: path.join(root, 'scripts/drills') })
    .map((file) => path.basename(file, '.ts'))
    .sort();
}

async function list(): Promise<void> {
  const drills = await Promise.all(names().map(load));
  const rows = drills.map(({ name, cells, title }) => [name, String(cells.length), title]);
  const columns = [{ header: 'drill' }, { header: 'cells', align: 'right' as const }, { header: 'what' }];
  process.stdout.write(`${renderTable(columns, rows)}\n`);
}

function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  // The record is what a drill itself changes.
  const changed = git('status', '--porcelain', '--', '.', ':!docs/drills.md') === '' ? '' : '+';
  return `${git('rev-parse', '--short', 'HEAD')}${changed}`;
}

/** What the command line asks for, read against a drill. */
function read(drill: Drill, flags: Partial<Record<'cells' | 'runs' | 'seed', string>>) {
  try {
    const cells = parseCells(flags.cells, drill.cells.length);
    const runs = parseCount('runs', flags.runs) ?? 1;
    const text = `${cells.from}-${cells.to}${runs === 1 ? '' : ` × ${runs}`}`;
    return { trials: planTrials(cells, runs), text, seed: parseCount('seed', flags.seed) };
  } catch (error) {
    return refuse((error as Error).message);
  }
}

async function run(name: string): Promise<number> {
  if (!names().includes(name)) return refuse(`there is no drill "${name}"; there are: ${names().join(', ')}`);
  const drill = await load(name);
  const asked = read(drill, flags);
  const file = path.join(root, '.drills', `${name}.json`);
  const { progress: begun, says } = resume(readProgress(file), {
    seed: asked.seed,
    fresh: flags.fresh,
    digest: codeDigest(root),
    now: new Date(),
    newSeed: () => randomInt(1, 2 ** 31),
  });
  console.log(`seed ${begun.seed}: ${name}, cells ${asked.text}`);
  if (says !== undefined) console.log(says);
  const possible = await canBootLab();
  if (!possible.ok) return refuse(`a drill needs a lab: ${possible.why}`);
  if (!existsSync(path.join(root, 'dist/cli.js'))) return refuse('make build comes first');

  const about = {
    name,
    cells: asked.text,
    machine: `${os.availableParallelism()} cores, Linux ${os.release().split('-')[0]}`,
    commit: commit(),
    planned: asked.trials.length,
  };
  let progress: Progress = begun;
  const { interrupted } = await runTrials(drill, asked.trials, progress, (next) => {
    progress = next;
    writeProgress(file, progress);
  });
  // An earlier run may have done others, too.
  const results = progress.results.filter((result) =>
    asked.trials.some(({ cell, run }) => cell === result.cell && run === result.run),
  );
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  if (results.length > 0) writeRow(path.join(root, 'docs/drills.md'), { ...progress, results }, about);
  console.log(
    `${results.length - failed} passed, ${failed} failed${results.length > 0 ? '; docs/drills.md has the row' : ''}`,
  );
  if (!interrupted) {
    removeProgress(file);
    return failed === 0 ? ENDS.well : ENDS.failed;
  }
  const again = [flags.cells && `CELLS=${flags.cells}`, flags.runs && `RUNS=${flags.runs}`].filter(Boolean);
  console.log(`interrupted; it goes on with: ${['make drill', `NAME=${name}`, ...again].join(' ')}`);
  return ENDS.interrupted;
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cells: { type: 'string' },
    runs: { type: 'string' },
    seed: { type: 'string' },
    fresh: { type: 'boolean', default: false },
  },
});
const [name] = positionals;
if (name === undefined) await list();
else process.exitCode = await run(name);
