import { describe, expect, it } from 'vitest';
import { HostQueue } from '../../../../src/lib/operations/deploy/host-queue.ts';

/** Work that ends when it is told to. */
function gated() {
  const gate = Promise.withResolvers<string>();
  const began = Promise.withResolvers<void>();
  const work = () => {
    began.resolve();
    return gate.promise;
  };
  return { work, began: began.promise, end: gate.resolve, fail: gate.reject };
}

describe('a queue by host', () => {
  it('does one thing at a time on a host, and others elsewhere meanwhile', async () => {
    const queue = new HostQueue();
    const log: string[] = [];
    const first = gated();
    const running = [
      queue.run('one', () => first.work().then((text) => log.push(text))),
      queue.run('one', async () => log.push('second')),
      queue.run('two', async () => log.push('elsewhere')),
    ];
    await running[2];
    expect(log).toEqual(['elsewhere']);
    first.end('first');
    await Promise.all(running);
    expect(log).toEqual(['elsewhere', 'first', 'second']);
  });

  it('goes on after work that failed, and tells its caller alone', async () => {
    const queue = new HostQueue();
    const first = queue.run('one', () => Promise.reject(new Error('broken')));
    const second = queue.run('one', async () => 'well');
    await expect(first).rejects.toThrow('broken');
    expect(await second).toBe('well');
  });
});
