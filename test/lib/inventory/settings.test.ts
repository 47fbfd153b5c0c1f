import { describe, expect, it } from 'vitest';
import { settingsFor } from '../../../src/lib/inventory/settings.ts';
import { fleetWith, hostOf } from './fleet-fixture.ts';

describe('settingsFor', () => {
  it("is the service's settings, with the host's over them", () => {
    const inventory = fleetWith(
      ['{ queue: 8 }', '{ queue: 8, batch: 4 }'],
      ['task: vectors,', 'task: vectors, settings: { embedder: { queue: 16 } },'],
    );
    expect(settingsFor(inventory, hostOf(inventory, 'embedder'), 'embedder')).toEqual({
      queue: 16,
      batch: 4,
    });
    expect(settingsFor(inventory, hostOf(inventory, 'broker'), 'embedder')).toEqual({ queue: 8, batch: 4 });
    expect(settingsFor(inventory, hostOf(inventory, 'broker'), 'redis')).toEqual({});
  });
});
