import { describe, expect, it } from 'vitest';
import { Deadline, DeadlineExceeded } from '../../../../src/lib/runtime/call/deadline.ts';

describe('a deadline', () => {
  it('aborts its signal when the time is over, and says so', async () => {
    const deadline = Deadline.after(20);
    expect(deadline.remaining).toBeGreaterThan(0);
    expect(deadline.passed).toBe(false);
    expect(() => deadline.check()).not.toThrow();
    await expect.poll(() => deadline.signal.aborted).toBe(true);
    expect(deadline.remaining).toBe(0);
    expect(deadline.passed).toBe(true);
    expect(() => deadline.check()).toThrow(DeadlineExceeded);
  });

  it('gives a part no more than is left', () => {
    const deadline = Deadline.after(1000);
    expect(deadline.within(5000).remaining).toBeLessThanOrEqual(1000);
    expect(deadline.within(100).remaining).toBeLessThanOrEqual(100);
    expect(Deadline.after(-5).remaining).toBe(0);
  });

  it('ends with whoever waits, which is another matter than running out of time', () => {
    const client = new AbortController();
    const deadline = Deadline.after(60_000, client.signal);
    const part = deadline.within(30_000);
    const gone = new Error('gone');
    client.abort(gone);
    expect(part.signal.aborted).toBe(true);
    expect(part.passed).toBe(false);
    expect(() => part.check()).toThrow(gone);
  });
});
