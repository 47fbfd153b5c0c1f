import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect } from 'vitest';
import { labSeconds } from './lab-usage.ts';

/** Where a run of the lab tests keeps what each test file took; absent outside such a run. */
const TIMES = process.env['UNDE_LAB_TIMES'];

/** What a test file took of the processors, in seconds. */
export interface ProcessorTime {
  readonly file: string;
  readonly seconds: number;
}

/** Clock ticks a second, as /proc counts processor time; Linux shows 100 to programs on every architecture. */
const TICKS = 100;

/** This process and all its children that have ended, in seconds. */
function ownSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  // utime, stime, cutime, cstime of proc_pid_stat(5), counted from the field behind the name.
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
}

const before = ownSeconds();

// Hooks end in the reverse order of their definition: this one after the test file's own.
afterAll(() => {
  const file = expect.getState().testPath;
  if (TIMES === undefined || file === undefined) return;
  const seconds = ownSeconds() - before + labSeconds();
  const line: ProcessorTime = { file: path.relative(process.cwd(), file), seconds };
  appendFileSync(TIMES, `${JSON.stringify(line)}\n`);
});
