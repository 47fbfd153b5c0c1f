import { describe, expect, it } from 'vitest';
import type { HostMove } from '../../../../src/lib/operations/deploy/rollout.ts';
import { inOrder } from '../../../../src/lib/operations/deploy/order.ts';

const service = (name: string, ...after: string[]) =>
  [{ desired: { service: name, after } }] as unknown as HostMove[];
const order = (...services: HostMove[][]) => inOrder(services).map(({ service: name }) => name);

describe('the order of services', () => {
  it('keeps what needs nothing where it is', () => {
    expect(order(service('a'), service('b'))).toEqual(['a', 'b']);
  });

  it('puts a service behind what it needs, and what that needs', () => {
    expect(
      order(service('exporter', 'pool'), service('pool', 'database', 'absent'), service('database')),
    ).toEqual(['database', 'pool', 'exporter']);
  });

  it('puts what everything stands on first', () => {
    const base = [{ desired: { service: 'base', after: [], foundation: true } }] as unknown as HostMove[];
    expect(order(service('a', 'b'), service('b'), base)).toEqual(['base', 'b', 'a']);
  });

  it('ends where two need each other, and loses none', () => {
    expect(order(service('a', 'b'), service('b', 'a'))).toEqual(['b', 'a']);
  });

  it('says what each waits for: what stands before it in the command, and foundations', () => {
    const base = [{ desired: { service: 'base', after: [], foundation: true } }] as unknown as HostMove[];
    const graph = inOrder([service('exporter', 'pool', 'absent'), service('pool'), base]);
    expect(graph.map(({ service: name, after, foundations }) => [name, after, foundations])).toEqual([
      ['base', [], []],
      ['pool', [], ['base']],
      ['exporter', ['pool'], ['base']],
    ]);
  });

  it('never lets two wait for each other', () => {
    const graph = inOrder([service('a', 'b'), service('b', 'a')]);
    expect(graph.map(({ service: name, after }) => [name, after])).toEqual([
      ['b', []],
      ['a', ['b']],
    ]);
  });
});
