import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** How a trial ended. */
export interface TrialResult {
  readonly cell: number;
  readonly run: number;
  readonly seconds: number;
  /** Of one that failed: the first line of why. */
  readonly failure?: string;
}

/** What a drill has done so far; what stands in `.drills/NAME.json`. */
export interface Progress {
  readonly seed: number;
  /** Of the code that the trials depend on: with other code, earlier results say nothing. */
  readonly digest: string;
  /** When it began, in ISO 8601: by this its row in the record is known. */
  readonly began: string;
  readonly results: readonly TrialResult[];
}

/** What a drill's results depend on. */
const CODE = [
  'scripts/drill.ts',
  'scripts/drill{,s}/**/*.ts',
  'src/**/*',
  'systemd/*',
  'sql/**/*',
  'test/lab/*.ts',
  'test/fixtures/services/**/*.ts',
  'inventory.yaml',
  'package-lock.json',
];

/** The digest of the code that a drill's results depend on. */
export function codeDigest(root: string): string {
  const hash = createHash('sha256');
  const files = CODE.flatMap((pattern) => globSync(pattern, { cwd: root, withFileTypes: true }));
  const paths = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name));
  // Tests themselves are no part of any drill.
  for (const file of paths.filter((name) => !name.endsWith('.test.ts')).sort())
    hash
      .update(`${path.relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** Reads what a drill has done; `undefined` where it is to begin. */
export function readProgress(file: string): Progress | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Progress) : undefined;
}

/** Writes what a drill has done, whole or not at all. */
export function writeProgress(file: string, progress: Progress): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(progress, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** Forgets it: the next run begins. */
export function removeProgress(file: string): void {
  rmSync(file, { force: true });
}

/** What decides whether a drill goes on. */
export interface Wanted {
  /** `undefined` takes the seed of what is to go on, or a new one. */
  readonly seed: number | undefined;
  readonly fresh: boolean;
  readonly digest: string;
  readonly now: Date;
  readonly newSeed: () => number;
}

/** Whether a drill goes on or begins, and what is to be said about it; a pure function. */
export function resume(
  before: Progress | undefined,
  { seed, fresh, digest, now, newSeed }: Wanted,
): { progress: Progress; says?: string } {
  const begin = () => ({ seed: seed ?? newSeed(), digest, began: now.toISOString(), results: [] });
  if (before === undefined) return { progress: begin() };
  const why = fresh
    ? '--fresh'
    : seed !== undefined && seed !== before.seed
      ? `another seed than ${before.seed}`
      : digest === before.digest
        ? undefined
        : 'the code has changed since';
  const done = `${before.results.length} trial(s) done since ${before.began}`;
  if (why === undefined) return { progress: before, says: `goes on: ${done}` };
  return { progress: begin(), says: `begins anew (${why}); ${done} are forgotten` };
}
