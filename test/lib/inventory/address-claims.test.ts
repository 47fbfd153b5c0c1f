import { describe, expect, it } from 'vitest';
import { assertDeployable, claimants } from '../../../src/lib/inventory/address-claims.ts';
import { fleetWith, hostOf } from './fleet-fixture.ts';

const COLLISION = ['address: 10.1.0.4, status', 'address: 10.1.0.3, status'] as const;

describe('assertDeployable', () => {
  it('lets a host with an address of its own through', () => {
    const inventory = fleetWith();
    expect(() => assertDeployable(inventory, hostOf(inventory, 'broker'))).not.toThrow();
  });

  it('refuses either claimant of an address, with both ways out', () => {
    const inventory = fleetWith(COLLISION);
    for (const [name, other] of [
      ['broker', 'vote-2'],
      ['vote-2', 'broker'],
    ] as const) {
      expect(() => assertDeployable(inventory, hostOf(inventory, name))).toThrow(
        expect.objectContaining({
          code: 'ADDRESS_CLAIMED',
          exit: 'refused',
          hint: expect.stringMatching(`an address of its own .* colocated_with: \\[${other}\\]`),
        }),
      );
    }
  });

  it('lets both through once either declares that they are one machine', () => {
    const inventory = fleetWith(COLLISION, ['task: queue,', 'task: queue, colocated_with: [vote-2],']);
    for (const name of ['broker', 'vote-2']) {
      expect(() => assertDeployable(inventory, hostOf(inventory, name))).not.toThrow();
    }
  });

  it('still refuses a third claimant', () => {
    const inventory = fleetWith(
      COLLISION,
      ['task: queue,', 'task: queue, colocated_with: [vote-2],'],
      ['address: 10.1.0.5', 'address: 10.1.0.3'],
    );
    expect(claimants(inventory, hostOf(inventory, 'broker')).map(({ name }) => name)).toEqual(['embedder']);
  });
});
