import { expect, it } from 'vitest';
import { LineProgress } from '../../../../src/lib/cli/progress/lines.ts';

it('is a line an event, with the seconds since the beginning, the item and its part', () => {
  let now = 1000;
  const lines: string[] = [];
  const progress = new LineProgress(
    (line) => lines.push(line),
    () => now,
  );
  progress.begin();
  progress.report('embedder', 'canary: host-1');
  now += 12_340;
  progress.report('embedder', 'runs 1234', 'host-1');
  progress.end('embedder', false, 'failed');
  expect(lines).toEqual([
    '   0.0 s  embedder  canary: host-1\n',
    '  12.3 s  embedder    host-1: runs 1234\n',
    '  12.3 s  embedder  failed\n',
  ]);
});
