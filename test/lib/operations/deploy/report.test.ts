import { expect, it } from 'vitest';
import type { HostOutcome, Rollout } from '../../../../src/lib/operations/deploy/rollout.ts';
import { rolloutExit, renderRollout } from '../../../../src/lib/operations/deploy/report.ts';

function rollout(...results: HostOutcome['result'][]): Rollout {
  return {
    id: '20260301-120000-ab12',
    service: 'embedder',
    digest: 'a'.repeat(64),
    hosts: results.map((result, index) => ({ host: `host-${index}`, result, digest: '' })),
    seconds: 1.25,
    bytesSent: 1234,
  };
}

it('tells apart what failed and went back, what is mixed, and what the operator ended', () => {
  expect(rolloutExit([rollout('ok', 'ok')])).toBe('ok');
  expect(rolloutExit([rollout('returned', 'failed', 'untouched')])).toBe('failed');
  expect(rolloutExit([rollout('returned', 'failed', 'untouched')], true)).toBe('interrupted');
  // A host that nobody could ask is worth more alarm than Ctrl-C.
  expect(rolloutExit([rollout('ok'), rollout('unknown')], true)).toBe('mixed');
  // Ctrl-C after everything was done changes nothing.
  expect(rolloutExit([rollout('ok')], true)).toBe('ok');
});

it('prints what undoes a deploy that went well, and where to look after one that did not', () => {
  expect(renderRollout(rollout('ok'))).toContain('unde rollback embedder');
  expect(renderRollout(rollout('ok'))).toContain('1.2K sent');
  const failed = renderRollout(rollout('returned', 'failed'));
  expect(failed).not.toContain('unde rollback');
  expect(failed).toContain('unde logs embedder --host host-1');
});
