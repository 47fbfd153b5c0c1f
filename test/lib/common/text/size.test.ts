import { expect, it } from 'vitest';
import { exactSize, formatSize } from '../../../../src/lib/common/text/size.ts';

it('writes bytes in the largest unit', () => {
  const sizes = [0, 512, 12 * 1024, 1.25 * 2 ** 20, 240 * 2 ** 20, 1.5 * 2 ** 30, 3 * 2 ** 40];
  expect(sizes.map(formatSize)).toEqual(['0B', '512B', '12K', '1.3M', '240M', '1.5G', '3.0T']);
});

it('writes configuration exactly, never rounded', () => {
  expect([8192, 40, 1536].map(exactSize)).toEqual(['8GB', '40MB', '1536MB']);
});
