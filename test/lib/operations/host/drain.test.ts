import { describe, expect, it } from 'vitest';
import { drainOf } from '../../../../src/lib/operations/host/drain.ts';
import { vitals } from './vitals/fixture.ts';
import { BUILT, FLEET, host } from './fleet-fixture.ts';

const running = (...services: string[]) =>
  services.map((service) => ({ service, state: 'running' as const, reason: '' }));

describe('what draining a host means', () => {
  it('for ours: they stop, and it is said where else they are', () => {
    const look = { services: running('web'), vitals: vitals() };
    expect(drainOf(look, host('app'), FLEET.hosts, BUILT)).toEqual([
      { service: 'web', how: 'stops', elsewhere: ['worker'] },
    ]);
  });

  it('for what holds data: it cannot be drained, unless it is a copy', () => {
    const primary = { services: running('database'), vitals: vitals({ postgres: 'primary' }) };
    const replica = { services: running('database'), vitals: vitals({ postgres: 'replica' }) };
    expect(drainOf(primary, host('shard'), FLEET.hosts, BUILT)[0]?.how).toBe('waits');
    expect(drainOf(replica, host('shard-copy'), FLEET.hosts, BUILT)[0]?.how).toBe('stays');
  });

  it('for what serves the host itself: it stays', () => {
    const look = { services: running('prometheus', 'unknown'), vitals: vitals() };
    expect(drainOf(look, host('watch'), FLEET.hosts, BUILT)).toEqual([
      { service: 'prometheus', how: 'stays', elsewhere: [] },
    ]);
  });
});
