import { describe, expect, it } from 'vitest';
import { codesWith, findingsWith } from '../../../inventory/fleet-fixture.ts';

describe('checkQueues', () => {
  it('finds a queue on the other side of the tunnel', () => {
    const [finding] = findingsWith(['{ host: cache,', '{ host: broker,']);
    expect(finding).toMatchObject({ code: 'QUEUE_CROSSES_SITES', severity: 'error' });
    expect(finding?.hint).toBe('put it on a Redis at local');
  });

  it('finds a queue on a host without a Redis', () => {
    expect(codesWith(['{ host: cache,', '{ host: vote-1,'])).toEqual(['QUEUE_WITHOUT_REDIS']);
  });
});
