import { describe, expect, it } from 'vitest';
import { embedRequest, embedResponse } from '../../src/contracts/embed.ts';

const vector = Array.from({ length: 512 }, () => 0.04);

describe('the embed contract', () => {
  it('lets an old side read what a newer one says', () => {
    expect(embedRequest.parse({ image_url: 'https://x/y', crop: [0, 0, 1, 1] })).toEqual({
      image_url: 'https://x/y',
    });
    expect(embedResponse.parse({ vector, model: 'm', ms: 1.5, degraded: [] })).toEqual({
      vector,
      model: 'm',
      ms: 1.5,
    });
  });

  it('refuses a vector of another size', () => {
    expect(embedResponse.safeParse({ vector: vector.slice(1), model: 'm', ms: 1 }).success).toBe(false);
  });

  it.each([{}, { image_url: '' }, { image_url: 7 }, { image_url: 'x'.repeat(5000) }])(
    'refuses a request like %j',
    (request) => {
      expect(embedRequest.safeParse(request).success).toBe(false);
    },
  );
});
