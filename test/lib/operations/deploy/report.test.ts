import { describe, expect, it } from 'vitest';
import { UndeError } from '../../../../src/lib/common/error/unde-error.ts';
import type { HostOutcome, Rollout } from '../../../../src/lib/operations/deploy/rollout.ts';
import { renderRollout, renderRollouts, rolloutExit } from '../../../../src/lib/operations/deploy/report.ts';

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

describe('several services of one command', () => {
  const notStarted: Rollout = { ...rollout('untouched'), service: 'api', notStarted: 'embedder failed' };

  it('names what was not started, and why', () => {
    expect(renderRollout(notStarted)).toContain('api on 1 host(s) was not started: embedder failed');
  });

  it('end as the worst of them, and say how to go on', () => {
    const rollouts = [rollout('returned', 'failed'), notStarted];
    expect(rolloutExit(rollouts)).toBe('failed');
    expect(renderRollouts(rollouts, 'unde deploy phase:1')).toContain('goes on: unde deploy phase:1');
    expect(renderRollouts([rollout('ok'), rollout('ok')], 'unde deploy phase:1')).not.toContain('goes on');
  });

  it('tell what went wrong before a switch with its own exit code, cause and next step', () => {
    const error = new UndeError({
      code: 'DISK_FULL',
      message: 'scraper: the disk is full',
      exit: 'refused',
      details: ['No space left on device'],
      hint: 'unde exec scraper -- df -h',
    });
    const failed: Rollout = { ...notStarted, notStarted: error.message, error };
    expect(rolloutExit([rollout('ok'), failed])).toBe('refused');
    expect(renderRollout(failed)).toContain('No space left on device');
    expect(renderRollout(failed)).toContain('unde exec scraper -- df -h');
  });
});
