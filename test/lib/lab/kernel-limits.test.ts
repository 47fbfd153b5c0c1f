import { describe, expect, it } from 'vitest';
import { kernelLimits } from '../../../src/lib/lab/kernel-limits.ts';

describe('kernelLimits', () => {
  it('grows with the machines, and is enough for the whole fleet', () => {
    const least = (machines: number) =>
      Object.fromEntries(kernelLimits(machines).map((limit) => [limit.file, limit.least]));
    const fleet = least(32);
    // With these thirty machines were seen to boot without a failed unit.
    expect(fleet['/proc/sys/fs/inotify/max_user_instances']).toBeGreaterThanOrEqual(8192);
    expect(fleet['/proc/sys/kernel/keys/maxkeys']).toBeGreaterThanOrEqual(19_000);
    const two = least(64);
    for (const [file, value] of Object.entries(fleet)) expect(two[file]).toBeGreaterThanOrEqual(value);
    // Every machine may know every other one, and the operator's side all of them.
    expect(two['/proc/sys/net/ipv4/neigh/default/gc_thresh3']).toBeGreaterThan(64 * 64);
  });
});
