import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { messageOf } from '../src/lib/common/error/unde-error.ts';
import { canBootLab } from '../src/lib/lab/requirements.ts';
import type { Bench } from './bench.ts';

/** The lab that they share, where none is given. */
const LAB = 'bsmoke';
/** Those that benchmarks boot apart from it even then; the last one is saved, too. */
const APART = ['bsmokealert', 'bsmokeup', 'bsmokefrom'];
const UNDE = path.resolve(import.meta.dirname, '../bin/unde');

/**
 * Goes through all the code of benchmarks with the least work: whether they still run, not how fast. They share one
 * lab, one after another; those that hardly do anything but wait run beside them. Nothing is left behind, also when one
 * fails or the run is interrupted.
 *
 * @param given A lab that is up and stays up; without it one is booted, and taken down.
 * @returns The exit code: 1 when one failed.
 */
export async function runSmoke(benches: readonly Bench[], given: string | undefined): Promise<number> {
  const answer = await canBootLab();
  if (!answer.ok) {
    console.log(`benchmarks' smoke skipped: ${answer.why}`);
    return process.env['UNDE_REQUIRE_LAB'] ? 1 : 0;
  }
  const lab = given ?? LAB;
  const interrupted = () => {
    tidy(given);
    process.exit(130);
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  const began = performance.now();
  try {
    const [beside, inTurn] = [true, false].map((waits) =>
      benches.filter((bench) => (bench.waits ?? false) === waits),
    );
    const results = await Promise.all([
      ...(beside ?? []).map((bench) => smoke(bench, lab)),
      inOrder(inTurn ?? [], lab),
    ]);
    const failed = results.reduce((sum, count) => sum + count, 0);
    console.log(`${benches.length} benchmarks, ${failed} failed, ${secondsSince(began)} s`);
    return failed === 0 ? 0 : 1;
  } finally {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
    tidy(given);
  }
}

async function inOrder(benches: readonly Bench[], lab: string): Promise<number> {
  let failed = 0;
  for (const bench of benches) failed += await smoke(bench, lab);
  return failed;
}

/** Answers how many failed: none, or one. */
async function smoke(bench: Bench, lab: string): Promise<number> {
  const missing = bench.missing?.();
  if (missing !== undefined) {
    console.log(`  skipped  ${bench.name}: ${missing}`);
    return 0;
  }
  const began = performance.now();
  try {
    const measurements = await bench.run({ smoke: true, lab });
    if (measurements.length === 0) throw new Error('it measured nothing');
    console.log(`  runs     ${bench.name}, ${secondsSince(began)} s`);
    return 0;
  } catch (error) {
    console.log(`  FAILED   ${bench.name}, ${secondsSince(began)} s\n${messageOf(error)}`);
    return 1;
  }
}

const secondsSince = (began: number) => ((performance.now() - began) / 1000).toFixed(1);

/** Takes down what is up still. */
function tidy(given: string | undefined): void {
  for (const name of given === undefined ? [LAB, ...APART] : APART) {
    spawnSync(UNDE, ['lab', 'down', '--name', name], { stdio: 'ignore' });
  }
  spawnSync(UNDE, ['lab', 'forget', 'bsmokefrom'], { stdio: 'ignore' });
}
