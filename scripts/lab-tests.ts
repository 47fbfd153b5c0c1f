/**
 * Runs the lab tests where a lab can boot. Where it cannot, says so in one line and counts them as skipped; with
 * UNDE_REQUIRE_LAB set, as CI sets it, that is a failure.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { canBootLab } from '../src/lib/lab/requirements.ts';

const answer = await canBootLab();
if (answer.ok) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'unde-lab-times-'));
  const args = ['--project', 'lab', '--project', 'lab-alone', '--reporter', 'default'];
  const run = spawnSync(
    'vitest',
    [
      'run',
      ...args,
      '--reporter',
      path.resolve(import.meta.dirname, '../test/lab/run/slowest.ts'),
      ...process.argv.slice(2),
    ],
    { stdio: 'inherit', env: { ...process.env, UNDE_LAB_TIMES: path.join(folder, 'times.jsonl') } },
  );
  rmSync(folder, { recursive: true });
  process.exit(run.status ?? 1);
}
const skipped = globSync('test/lab/**/*.test.ts')
  .map((file) => readFileSync(file, 'utf8').match(/^\s*it\(/gm)?.length ?? 0)
  .reduce((sum, count) => sum + count, 0);
console.log(`lab tests skipped: ${answer.why}`);
console.log(`0 passed, 0 failed, ${skipped} skipped`);
if (process.env['UNDE_REQUIRE_LAB']) {
  console.error('this run must boot a lab (UNDE_REQUIRE_LAB is set)');
  process.exit(1);
}
