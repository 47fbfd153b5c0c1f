import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  codeDigest,
  readProgress,
  removeProgress,
  resume,
  writeProgress,
} from '../../../scripts/drill/progress.ts';

const before = {
  seed: 5,
  digest: 'code',
  began: '2026-01-01T00:00:00.000Z',
  results: [{ cell: 1, run: 1, seconds: 2 }],
};
const wanted = {
  seed: undefined,
  fresh: false,
  digest: 'code',
  now: new Date('2026-02-02T00:00:00Z'),
  newSeed: () => 77,
};
const begun = { seed: 77, digest: 'code', began: '2026-02-02T00:00:00.000Z', results: [] };

describe('resume', () => {
  it('begins where nothing has been done', () => {
    expect(resume(undefined, wanted)).toEqual({ progress: begun });
    expect(resume(undefined, { ...wanted, seed: 9 }).progress.seed).toBe(9);
  });

  it('goes on with the same seed and code, and says so', () => {
    const { progress, says } = resume(before, wanted);
    expect(progress).toBe(before);
    expect(says).toContain('goes on: 1 trial(s)');
    expect(resume(before, { ...wanted, seed: 5 }).progress).toBe(before);
  });

  it.each([
    [{ fresh: true }, '--fresh', 77],
    [{ seed: 6 }, 'another seed than 5', 6],
    [{ digest: 'other' }, 'the code has changed', 77],
  ])('begins anew with %o, and says why', (change, why, seed) => {
    const { progress, says } = resume(before, { ...wanted, ...change });
    expect(progress).toMatchObject({ seed, results: [] });
    expect(says).toContain(why);
  });
});

it('keeps progress over processes, and forgets it', () => {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'drill-')), '.drills/x.json');
  expect(readProgress(file)).toBeUndefined();
  writeProgress(file, before);
  expect(readProgress(file)).toEqual(before);
  removeProgress(file);
  expect(readProgress(file)).toBeUndefined();
});

it('knows other code by its digest, and leaves tests and documents out', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'drill-'));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
    return codeDigest(root);
  };
  const first = write('src/lib/a.ts', '1');
  expect(write('test/lab/a.test.ts', '1')).toBe(first);
  expect(write('docs/drills.md', '1')).toBe(first);
  const digests = [
    first,
    write('src/lib/a.ts', '2'),
    write('scripts/drills/a.ts', ''),
    write('scripts/drill/b.ts', ''),
    write('test/lab/truth.ts', ''),
    write('sql/production/1.sql', ''),
  ];
  expect(new Set(digests).size).toBe(digests.length);
});
