import { describe, expect, it } from 'vitest';
import { didYouMean, nearestName } from '../../../../src/lib/common/text/did-you-mean.ts';

describe('nearest', () => {
  it('puts the nearest first and leaves out the distant', () => {
    expect(nearestName('embeder', ['recognition', 'embed-batch', 'embedder'])).toEqual(['embedder']);
  });

  it('finds names that begin with what was typed', () => {
    expect(nearestName('embed', ['embedder', 'embed-batch', 'push'])).toEqual(['embedder', 'embed-batch']);
  });

  it('does not take short words with nothing in common for near', () => {
    expect(nearestName('7', ['1', '2'])).toEqual([]);
  });

  it('names each once, and no more than asked for', () => {
    expect(nearestName('etcd', ['etcd-1', 'etcd-1', 'etcd-2', 'etcd-3'], 2)).toEqual(['etcd-1', 'etcd-2']);
  });
});

describe('didYouMean', () => {
  it('is a question, or nothing', () => {
    expect(didYouMean('pusch', ['push'])).toBe('did you mean push?');
    expect(didYouMean('etcd', ['etcd-2', 'etcd-3'])).toBe('did you mean etcd-2 or etcd-3?');
    expect(didYouMean('xyzzy', ['push'])).toBeUndefined();
  });
});
